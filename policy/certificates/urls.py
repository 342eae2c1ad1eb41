"""Routes of the pages of certificates."""

from django.urls import path

from .views import anchors, deadlines, holdings, keeping, listing, proposals, verdicts

urlpatterns = [
    path(
        "services/<str:reference>/certificats/<slug:environment>/",
        verdicts.certificate_declare,
        name="certificate_declare",
    ),
    path(
        "services/<str:reference>/certificats/<slug:environment>/lot/",
        keeping.certificate_batch_declare,
        name="certificate_batch_declare",
    ),
    path(
        "services/<str:reference>/certificats/<slug:environment>/nom/",
        keeping.declared_name_declare,
        name="declared_name_declare",
    ),
    path("certificats/", listing.certificates, name="certificates"),
    path("certificats/echeances/", deadlines.certificate_deadlines, name="certificate_deadlines"),
    path("certificats/controles/", deadlines.certificate_runs, name="certificate_runs"),
    path("certificats/autorites/", anchors.trust_anchors, name="trust_anchors"),
    path("certificats/autorites/proposer/", anchors.trust_anchor_propose, name="trust_anchor_propose"),
    path("certificats/autorites/<str:reference>/", anchors.trust_anchor, name="trust_anchor"),
    path(
        "certificats/autorites/<str:reference>/retrait/",
        anchors.trust_anchor_withdrawal,
        name="trust_anchor_withdrawal",
    ),
    path(
        "certificats/autorites/<str:reference>/decision/<slug:decision>/",
        anchors.trust_anchor_decide,
        name="trust_anchor_decide",
    ),
    path("certificats/lots/<str:reference>/", keeping.certificate_batch, name="certificate_batch"),
    path("certificats/noms/<str:reference>/abandon/", keeping.declared_name_withdraw, name="declared_name_withdraw"),
    path("certificats/nom/<str:reference>/", holdings.name_holding, name="name_holding"),
    path("certificats/nom/<str:reference>/liberer/", holdings.name_release_propose, name="name_release_propose"),
    path(
        "certificats/nom/<str:reference>/decision/<slug:decision>/",
        holdings.name_release_decide,
        name="name_release_decide",
    ),
    path("certificats/propositions/<str:reference>/", proposals.certificate_proposal, name="certificate_proposal"),
    path(
        "certificats/propositions/<str:reference>/<slug:decision>/",
        proposals.certificate_proposal_decide,
        name="certificate_proposal_decide",
    ),
    path("certificats/<str:reference>/", verdicts.certificate, name="certificate"),
    path("certificats/<str:reference>/certificat.pem", verdicts.certificate_file, name="certificate_file"),
    path("certificats/<str:reference>/controle/", keeping.certificate_check, name="certificate_check"),
    path(
        "certificats/<str:reference>/prise-en-charge/", keeping.certificate_acknowledge, name="certificate_acknowledge"
    ),
    path("certificats/<str:reference>/possession/", keeping.certificate_possession, name="certificate_possession"),
    path("certificats/<str:reference>/retrait/", verdicts.certificate_retire, name="certificate_retire"),
]
