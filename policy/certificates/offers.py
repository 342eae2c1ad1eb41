"""Which IGC-Santé product a certificate is: only ORG / AUTH_CLI opens the ROR.

Recognised on basic constraints, key usage and extended key usage, as read on real certificates of each product: in
TEST all products share one policy identifier, and an SSL_SERV certificate carries clientAuth too.
"""

from portal.lifecycle.table import LabelledEnum

from .x509 import CLIENT_AUTH, EMAIL_PROTECTION, SERVER_AUTH, Facts

SMARTCARD_LOGON = "1.3.6.1.4.1.311.20.2.2"


class Offer(LabelledEnum):
    """A product of the certification authority, with the words that tell it to a vendor."""

    AUTH_CLI = "AUTH_CLI", "un certificat d’authentification client d’organisation (AUTH_CLI)"
    SSL_SERV = "SSL_SERV", "un certificat de serveur (SSL_SERV)"
    SIGN = "SIGN", "un certificat de signature ou de cachet (SIGN)"
    CONF = "CONF", "un certificat de confidentialité ou de messagerie (CONF, S/MIME)"
    PERSON = "PERSON", "un certificat de personne (carte CPx)"
    AUTHORITY = "AUTHORITY", "le certificat d’une autorité de certification"
    OTHER = "OTHER", "un certificat dont l’usage n’est pas celui d’une offre IGC-Santé connue"


def recognise(facts: Facts) -> Offer:
    """The product that these facts are those of."""
    usages = frozenset(facts.extensions.usages or ())
    purposes = frozenset(facts.extensions.purposes or ())
    if facts.extensions.is_ca or "keyCertSign" in usages:
        return Offer.AUTHORITY
    if _is_person(facts, purposes):
        return Offer.PERSON
    if usages == {"digitalSignature"} and facts.extensions.purposes == (CLIENT_AUTH,):
        return Offer.AUTH_CLI
    if SERVER_AUTH in purposes:
        return Offer.SSL_SERV
    return _mail_offer(usages, purposes)


def _is_person(facts: Facts, purposes: frozenset[str]) -> bool:
    """Cards name somebody: surname, given name or title, usually several attributes in one part of the name."""
    personal = {"SN", "givenName", "title"} & {label for label, _ in facts.subject.attributes}
    return bool(personal) or SMARTCARD_LOGON in purposes


def _mail_offer(usages: frozenset[str], purposes: frozenset[str]) -> Offer:
    if "nonRepudiation" in usages:
        return Offer.SIGN
    if usages & {"keyEncipherment", "dataEncipherment", "keyAgreement"}:
        return Offer.CONF
    return Offer.SIGN if EMAIL_PROTECTION in purposes else Offer.OTHER
