"""What account mails say; pure. The account library names a mail by a prefix, and brings a link or two."""

from collections.abc import Mapping
from dataclasses import dataclass

OWNER = "Vous recevez ce message parce que cette adresse est celle d’un compte du portail."
ASKED = "Vous recevez ce message parce que cette adresse a été saisie sur le portail."
UNEXPECTED = (
    "Si vous n’êtes pas à l’origine de ce changement, changez votre mot de passe sans attendre et prévenez l’agence."
)


@dataclass(frozen=True)
class Wording:
    """Subject, paragraphs, label of the one button and name of the link it follows, why it was received."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str = ""
    link: str = ""
    why: str = OWNER


WORDINGS: Mapping[str, Wording] = {
    "account/email/email_confirmation_signup": Wording(
        "Compte à confirmer : votre adresse électronique",
        (
            "Un compte vient d’être créé avec votre adresse sur le portail du cercle de confiance du ROR.",
            "Confirmez votre adresse dans les trois jours pour pouvoir vous connecter. "
            "Si vous n’avez rien demandé, ignorez ce message : le compte restera inutilisable.",
        ),
        "Confirmer mon adresse",
        "activate_url",
        ASKED,
    ),
    "account/email/email_confirmation": Wording(
        "Adresse à confirmer : votre compte",
        (
            "Cette adresse vient d’être indiquée pour un compte du portail du cercle de confiance du ROR.",
            "Confirmez-la dans les trois jours pour qu’elle serve à vous connecter. "
            "Si vous n’avez rien demandé, ignorez ce message.",
        ),
        "Confirmer mon adresse",
        "activate_url",
        ASKED,
    ),
    "account/email/account_already_exists": Wording(
        "Compte existant : votre adresse est déjà connue",
        (
            "Quelqu’un, sans doute vous, a voulu créer un compte avec cette adresse, qui en a déjà un.",
            "Connectez-vous avec ce compte ; si vous avez oublié votre mot de passe, choisissez-en un nouveau.",
        ),
        "Choisir un nouveau mot de passe",
        "password_reset_url",
        ASKED,
    ),
    "account/email/password_reset_key": Wording(
        "Mot de passe : lien pour en choisir un nouveau",
        (
            "Un nouveau mot de passe a été demandé pour votre compte.",
            "Le lien est valable une heure et ne sert qu’une fois. Si vous n’avez rien demandé, ignorez ce message : "
            "votre mot de passe reste le même.",
        ),
        "Choisir un nouveau mot de passe",
        "password_reset_url",
    ),
    "account/email/unknown_account": Wording(
        "Mot de passe : aucun compte à cette adresse",
        (
            "Un nouveau mot de passe a été demandé pour cette adresse, qui n’a pas de compte sur le portail.",
            "Essayez une autre adresse, ou créez un compte.",
        ),
        "Créer un compte",
        "signup_url",
        ASKED,
    ),
    "account/email/welcome": Wording(
        "Compte ouvert : choisissez votre mot de passe",
        (
            "L’agence vient de vous ouvrir un compte sur le portail du cercle de confiance du ROR.",
            "Choisissez un mot de passe, puis un second facteur à votre première connexion. Le lien est valable une "
            "heure ; passé ce délai, demandez-en un autre depuis « Mot de passe oublié ».",
        ),
        "Choisir mon mot de passe",
        "password_reset_url",
    ),
    "account/email/password_changed": Wording(
        "Mot de passe modifié", ("Le mot de passe de votre compte vient d’être modifié.", UNEXPECTED)
    ),
    "account/email/password_set": Wording(
        "Mot de passe choisi", ("Un mot de passe vient d’être choisi pour votre compte.", UNEXPECTED)
    ),
    "account/email/password_reset": Wording(
        "Mot de passe modifié", ("Le mot de passe de votre compte vient d’être remplacé.", UNEXPECTED)
    ),
    "account/email/email_changed": Wording(
        "Adresse modifiée", ("L’adresse électronique de votre compte vient d’être modifiée.", UNEXPECTED)
    ),
    "account/email/email_confirm": Wording(
        "Adresse confirmée", ("L’adresse électronique de votre compte vient d’être confirmée.", UNEXPECTED)
    ),
    "account/email/email_deleted": Wording(
        "Adresse retirée", ("Une adresse électronique vient d’être retirée de votre compte.", UNEXPECTED)
    ),
    "socialaccount/email/account_connected": Wording(
        "Identité rattachée à votre compte",
        ("Une identité numérique vient d’être rattachée à votre compte : elle permet de s’y connecter.", UNEXPECTED),
    ),
    "mfa/email/totp_activated": Wording(
        "Second facteur ajouté : application d’authentification",
        ("Une application d’authentification vient d’être ajoutée à votre compte.", UNEXPECTED),
    ),
    "mfa/email/totp_deactivated": Wording(
        "Second facteur retiré : application d’authentification",
        ("L’application d’authentification vient d’être retirée de votre compte.", UNEXPECTED),
    ),
    "mfa/email/webauthn_added": Wording(
        "Second facteur ajouté : clé d’accès", ("Une clé d’accès vient d’être ajoutée à votre compte.", UNEXPECTED)
    ),
    "mfa/email/webauthn_removed": Wording(
        "Second facteur retiré : clé d’accès", ("Une clé d’accès vient d’être retirée de votre compte.", UNEXPECTED)
    ),
    "mfa/email/recovery_codes_generated": Wording(
        "Codes de secours renouvelés",
        ("De nouveaux codes de secours viennent d’être créés ; les précédents ne valent plus rien.", UNEXPECTED),
    ),
}

ACTS: Mapping[str, str] = {
    "given_alone": "a donné seul, faute d’un second administrateur, un rôle à",
    "withdrawn": "a retiré un rôle à",
    "closed": "a fermé, rôles compris, le compte de l’administrateur",
    "tied": "a confirmé qu’un autre compte est celui de la même personne que",
}


def of(prefix: str) -> Wording:
    """The wording of a mail of the account library. Raises LookupError for a mail that has none."""
    return WORDINGS[prefix]
