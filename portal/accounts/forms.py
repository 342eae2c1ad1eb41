"""The forms of sign-in, in our words; and those of the page « Comptes et rôles ».

The account library keeps its checks; labels, help texts, autocomplete hints and look are ours.
"""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth import password_validation
from django.core.validators import MaxLengthValidator

from portal.web.forms import Form, Typed, dress

from .models import User
from .passwords import leans_on_context
from .roles import StaffRole

EMAIL = "Adresse électronique"
PHRASE = "Mot de passe"
PHRASE_HELP = "Douze caractères au moins. Une phrase que vous seul connaissez convient très bien."
EMAIL_MAX = 254  # as the column
EMAIL_HELP = "Format attendu : nom@domaine.fr"


class Worded(Typed, forms.Form):
    """Gives a form of the account library our words and our look: {field: (label, help text, autocomplete hint)}."""

    words: ClassVar[dict[str, tuple[str, str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As the library's form, then dressed."""
        super().__init__(*args, **kwargs)
        for name, (label, help_text, autocomplete) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, help_text
            field.widget.attrs |= {"autocomplete": autocomplete} if autocomplete else {}
        for field in self.fields.values():
            if isinstance(field, forms.EmailField):
                field.validators.append(MaxLengthValidator(EMAIL_MAX))
        dress(self)


NEW_PHRASE = {
    "password1": ("Nouveau mot de passe", PHRASE_HELP, "new-password"),
    "password2": ("Nouveau mot de passe, une seconde fois", "", "new-password"),
}
FIRST_PHRASE = {
    "password1": (PHRASE, PHRASE_HELP, "new-password"),
    "password2": ("Mot de passe, une seconde fois", "", "new-password"),
}
CODE = {
    "code": (
        "Code à six chiffres, ou code de secours",
        "Le code qu’affiche votre application d’authentification, ou un de vos codes de secours.",
        "one-time-code",
    )
}


class ContextValidator:
    """Refuses a password that leans on what everybody would guess here."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if leans_on_context(password, str(getattr(user, "email", ""))):
            raise forms.ValidationError(self.get_help_text(), code="password_of_context")

    def get_help_text(self) -> str:
        """What to do."""
        return "Ce mot de passe se devine ici (ROR, e-santé, ANS, FINESS, votre domaine) : ajoutez-y d’autres mots."


class LoginForm(Worded, account.LoginForm):
    """Address and password."""

    words = {"login": (EMAIL, EMAIL_HELP, "username"), "password": (PHRASE, "", "current-password")}


class SignupForm(Worded, account.SignupForm):
    """Name, address and password; the account library saves the names with the account."""

    first_name = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ["first_name", "last_name", "email", "password1", "password2"]
    words = {"email": ("Adresse électronique professionnelle", EMAIL_HELP, "email"), **FIRST_PHRASE}


class ChangeEmailForm(Worded, account.AddEmailForm):
    """The address that replaces the present one once confirmed."""

    words = {"email": ("Nouvelle adresse électronique", EMAIL_HELP, "email")}


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    """Present and new password."""

    words = {"oldpassword": ("Mot de passe actuel", "", "current-password"), **NEW_PHRASE}


class SetPasswordForm(Worded, account.SetPasswordForm):
    """The first password of an account that had none."""

    words = FIRST_PHRASE


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    """The address to which a link goes."""

    words = {"email": (EMAIL, EMAIL_HELP, "username")}


class ResetPasswordKeyForm(Worded, account.ResetPasswordKeyForm):
    """The password chosen from the link."""

    words = NEW_PHRASE


class ReauthenticateForm(Worded, account.ReauthenticateForm):
    """The password again, before a sensitive act."""

    words = {"password": (PHRASE, "", "current-password")}


class AuthenticateForm(Worded, mfa.AuthenticateForm):
    """The code of the second factor at sign-in."""

    words = CODE


class ReauthenticateCodeForm(Worded, mfa.ReauthenticateForm):
    """The code again, before a sensitive act."""

    words = CODE


class ActivateTOTPForm(Worded, totp.ActivateTOTPForm):
    """The first code of the application, which proves that it was set up."""

    words = {"code": ("Code à six chiffres", "Celui que l’application affiche maintenant.", "one-time-code")}


class AddWebAuthnForm(Worded, webauthn.AddWebAuthnForm):
    """The name of a key, and whether it replaces the password."""

    words = {
        "name": ("Nom de la clé", "Pour la reconnaître plus tard, par exemple « Clé du bureau ».", ""),
        "passwordless": (
            "Me connecter avec cette seule clé, sans mot de passe",
            "La clé demandera alors votre code, votre empreinte ou votre visage.",
            "",
        ),
    }


class EditWebAuthnForm(Worded, webauthn.EditWebAuthnForm):
    """The name of a key."""

    words = {"name": ("Nom de la clé", "", "")}


class FirstAdministratorForm(Form):
    """The first account of an empty portal."""

    fieldsets = (
        ("Preuve que vous avez installé le portail", ("code",)),
        ("Votre compte", ("first_name", "last_name", "email", "password1", "password2")),
    )
    code = forms.CharField(
        label="Code d’installation",
        max_length=30,
        help_text="Affiché au démarrage du portail, ou par la commande « python manage.py first_administrator ».",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    first_name = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label=EMAIL,
        max_length=EMAIL_MAX,
        help_text=EMAIL_HELP,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password1 = forms.CharField(
        label=PHRASE,
        help_text=PHRASE_HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Mot de passe, une seconde fois",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords agree and follow the rules."""
        data: dict[str, Any] = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Les deux mots de passe diffèrent.")
        if first:
            owner = User(email=data.get("email", ""), first_name=data.get("first_name", ""))
            try:
                password_validation.validate_password(first, owner)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data


class AccountForm(Form):
    """A person of the agency to whom an administrator opens an account."""

    first_name = forms.CharField(label="Prénom", max_length=80)
    last_name = forms.CharField(label="Nom", max_length=80)
    email = forms.EmailField(label="Adresse électronique professionnelle", max_length=EMAIL_MAX, help_text=EMAIL_HELP)


class RoleForm(Form):
    """A role to give, with its region when it is regional."""

    role = forms.ChoiceField(label="Rôle", choices=[("", "Choisissez un rôle"), *StaffRole.choices()])
    region = forms.CharField(
        label="Région",
        required=False,
        max_length=2,
        help_text="Pour les rôles régionaux seulement : code de l’Insee à deux caractères, par exemple 11.",
    )


class LonelyRoleForm(RoleForm):
    """A role that the only administrator gives: he writes why nobody else confirms it."""

    reason = forms.CharField(
        label="Pourquoi sans seconde personne",
        max_length=300,
        help_text="Vous êtes le seul administrateur : ce motif est gardé au journal.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OtherAccountForm(Form):
    """The other account of the same person."""

    email = forms.EmailField(label="Adresse de l’autre compte", max_length=EMAIL_MAX, help_text=EMAIL_HELP)


class SearchForm(forms.Form):
    """What narrows the list of accounts."""

    recherche = forms.CharField(required=False, max_length=100)
    agents = forms.BooleanField(required=False)
