"""Why a deposit is not a certificate that can be read: the sentences said to vendors, each with what to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why a deposit is refused: a code, a French sentence and what to do."""

    code: str
    sentence: str
    remedy: str


_EXPORT = "Déposez le certificat seul, au format PEM (texte « BEGIN CERTIFICATE ») ou DER (.cer, .crt, .der)."
_WITHDRAW_AGAIN = (
    "Retirez de nouveau le certificat sur la plateforme IGC-Santé, puis déposez le fichier obtenu sans le modifier."
)
_REVOKE = (
    "Cette clé doit être considérée comme compromise : révoquez ce certificat sur la plateforme IGC-Santé, "
    "demandez-en un autre, et ne transmettez ici que le certificat public. "
    "Rien de ce que vous avez envoyé n’a été conservé."
)
_ALL = (
    Reason("empty", "Aucun certificat n’a été fourni.", _EXPORT),
    Reason("too_big", "Ce fichier est bien plus gros qu’un certificat (32 kio au plus).", _EXPORT),
    Reason("private_key", "Ce que vous avez envoyé contient une clé privée.", _REVOKE),
    Reason(
        "container",
        "Ce fichier est un conteneur (PKCS #12, magasin de clés ou archive), qui peut porter une clé privée.",
        f"{_REVOKE} S’il ne contenait aucune clé, déposez simplement le certificat seul.",
    ),
    Reason("several", "Ce fichier contient plusieurs objets : il faut un seul certificat.", _EXPORT),
    Reason(
        "request",
        "Ceci est une demande de certificat (CSR), pas un certificat.",
        "Déposez le certificat que l’IGC-Santé a délivré à partir de cette demande.",
    ),
    Reason("crl", "Ceci est une liste de révocation (CRL), pas un certificat.", _EXPORT),
    Reason("bundle", "Ceci est une enveloppe PKCS #7 (.p7b), qui peut contenir toute une chaîne.", _EXPORT),
    Reason("public_key", "Ceci est une clé publique seule, sans le certificat qui la porte.", _EXPORT),
    Reason("other", "Ceci n’est pas un certificat.", _EXPORT),
    Reason(
        "around",
        "Du texte entoure le certificat.",
        "Ne gardez que les lignes de « -----BEGIN CERTIFICATE----- » à « -----END CERTIFICATE----- » comprises.",
    ),
    Reason(
        "armour",
        "Le certificat n’est pas complet : une ligne de début ou de fin manque.",
        "Copiez tout le texte, lignes « BEGIN CERTIFICATE » et « END CERTIFICATE » comprises.",
    ),
    Reason(
        "base64",
        "Le texte du certificat est abîmé : il contient des caractères qui n’y ont pas leur place.",
        "Copiez-le de nouveau depuis le fichier d’origine, ou déposez le fichier lui-même.",
    ),
    Reason("trailing", "Des octets suivent la fin du certificat.", _WITHDRAW_AGAIN),
    Reason("unreadable", "Ce certificat est illisible : sa structure ne respecte pas la norme X.509.", _WITHDRAW_AGAIN),
    Reason("serial", "Le numéro de série du certificat est nul ou négatif, ce que la norme interdit.", _WITHDRAW_AGAIN),
    Reason(
        "unopened",
        "Ce certificat n’a pas pu être ouvert dans les limites de temps et de mémoire prévues.",
        _WITHDRAW_AGAIN,
    ),
)
REASONS = {reason.code: reason for reason in _ALL}
