"""Routes of sign-in and accounts: the account library's views under French addresses, and our own."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from . import views

urlpatterns = [
    path("compte/", views.own_account, name="account"),
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("compte/ferme/", account.account_inactive, name="account_inactive"),
    path("inscription/", account.signup, name="account_signup"),
    path("inscription/adresse-a-confirmer/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^inscription/adresse/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("compte/confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("compte/adresse/", account.email, name="account_email"),
    path("compte/mot-de-passe/", account.password_change, name="account_change_password"),
    path(
        "compte/mot-de-passe/premier/",
        reauthentication_required(account.password_set, app="allauth.account"),
        name="account_set_password",
    ),
    path("mot-de-passe-oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe-oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe-oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe-oublie/fait/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("connexion/second-facteur/", mfa.authenticate, name="mfa_authenticate"),
    path("connexion/cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("compte/confirmer/proconnect/", views.proconnect_again, name="proconnect_again"),
    path("compte/confirmer/second-facteur/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("compte/confirmer/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("compte/second-facteur/", mfa.index, name="mfa_index"),
    path("compte/second-facteur/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("compte/second-facteur/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("compte/second-facteur/cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("compte/second-facteur/cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("compte/second-facteur/cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("compte/second-facteur/cles/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("compte/second-facteur/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "compte/second-facteur/codes/renouveler/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "compte/second-facteur/codes/telecharger/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("connexion/proconnect/", views.proconnect_login, name="proconnect_login"),
    path("connexion/proconnect/retour/", views.proconnect_callback, name="proconnect_callback"),
    path("connexion/proconnect/compte-existant/", views.proconnect_known, name="proconnect_known"),
    path("connexion/proconnect/autre-adresse/", views.proconnect_other, name="proconnect_other"),
    path("compte/proconnect/detacher/", views.proconnect_unlink, name="proconnect_unlink"),
    path("connexion/proconnect/annulee/", views.proconnect_cancelled, name="socialaccount_login_cancelled"),
    path("installation/", views.first_administrator, name="first_administrator"),
    path("comptes/", views.accounts, name="accounts"),
    path("comptes/nouveau/", views.open_account, name="account_open"),
    path("comptes/roles/<str:reference>/", views.role_proposal, name="role_proposal"),
    path("comptes/roles/<str:reference>/confirmer/", views.confirm_role, name="role_confirm"),
    path("comptes/roles/<str:reference>/ecarter/", views.reject_role, name="role_reject"),
    path("comptes/<uuid:handle>/", views.account_sheet, name="account_sheet"),
    path("comptes/<uuid:handle>/roles/", views.assign_role, name="account_assign"),
    path("comptes/<uuid:handle>/roles/<str:role>/retirer/", views.withdraw_role, name="account_withdraw"),
    path("comptes/<uuid:handle>/meme-personne/", views.tie_accounts, name="account_tie"),
    path("comptes/<uuid:handle>/meme-personne/confirmer/", views.confirm_tie, name="account_tie_confirm"),
    path("comptes/<uuid:handle>/meme-personne/ecarter/", views.drop_tie, name="account_tie_drop"),
    path("comptes/<uuid:handle>/fermer/", views.close_account, name="account_close"),
    path("comptes/<uuid:handle>/rouvrir/", views.reopen_account, name="account_reopen"),
]
