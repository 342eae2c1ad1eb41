"""Routes of declarations, breach cases and yearly confirmations."""

from django.urls import path

from onboarding.changes.views import cases, declarations

urlpatterns = [
    path("changements/", declarations.changes, name="changes"),
    path("habilitations/<slug:reference>/changer/", declarations.change_kind, name="change_kind"),
    path("habilitations/<slug:reference>/changer/<slug:slug>/", declarations.change_new, name="change_new"),
    path("changements/<slug:reference>/", declarations.change, name="change"),
    path("changements/<slug:reference>/signer/", declarations.change_sign, name="change_sign"),
    path("changements/<slug:reference>/examiner/", declarations.change_take, name="change_take"),
    path("changements/<slug:reference>/accepter/", declarations.change_accept, name="change_accept"),
    path("changements/<slug:reference>/refuser/", declarations.change_refuse, name="change_refuse"),
    path("changements/<slug:reference>/appliquer/", declarations.change_apply, name="change_apply"),
    path("changements/<slug:reference>/retirer/", declarations.change_withdraw, name="change_withdraw"),
    path("changements/<slug:reference>/annuler/", declarations.change_call_off, name="change_call_off"),
    path("manquements/", cases.breaches, name="breaches"),
    path("habilitations/<slug:reference>/manquement/", cases.breach_new, name="breach_new"),
    path("manquements/<slug:reference>/", cases.breach, name="breach"),
    path("manquements/<slug:reference>/mettre-en-demeure/", cases.breach_notify, name="breach_notify"),
    path("manquements/<slug:reference>/observations/", cases.breach_observe, name="breach_observe"),
    path("manquements/<slug:reference>/conclure/", cases.breach_conclude, name="breach_conclude"),
    path("manquements/<slug:reference>/classer/", cases.breach_drop, name="breach_drop"),
    path("confirmations/", cases.confirmations, name="confirmations"),
    path("confirmations/<slug:reference>/", cases.confirmation, name="confirmation"),
]
