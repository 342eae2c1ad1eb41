"""Routes of the pages of certificates."""

from django.urls import path

from .views import anchors, deadlines, keeping, verdicts

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
    path("certificats/<str:reference>/", verdicts.certificate, name="certificate"),
    path("certificats/<str:reference>/certificat.pem", verdicts.certificate_file, name="certificate_file"),
    path("certificats/<str:reference>/controle/", keeping.certificate_check, name="certificate_check"),
    path("certificats/<str:reference>/possession/", keeping.certificate_possession, name="certificate_possession"),
    path("certificats/<str:reference>/retrait/", verdicts.certificate_retire, name="certificate_retire"),
]
