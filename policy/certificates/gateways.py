"""What gateways compare when a certificate is presented, and whether each comparison would accept it.

Four comparisons are met: the fingerprint (the portal's own), the name as RFC 4514 text, the name as OpenSSL prints
it, and the one that the agency publishes: the name cut at commas, each part trimmed, compared as a set. The last three
look at texts: an accent, a comma inside a value or a part with several values may make them refuse the right
certificate, and two certificates of one name are one and the same to them.
"""

import hashlib
import json
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum

from . import names, spellings
from .names import Name


class Comparison(LabelledEnum):
    """How a gateway recognises a certificate."""

    FINGERPRINT = "fingerprint", "Empreinte SHA-256"
    RFC4514 = "rfc4514", "Nom, texte RFC 4514"
    OPENSSL = "openssl", "Nom, texte OpenSSL (RFC2253)"
    PARTS = "parts", "Nom découpé aux virgules (comparaison publiée par l’ANS)"


@dataclass(frozen=True)
class Sight:
    """What one comparison reads (`text`), whether it accepts the certificate declared so, and the warnings."""

    comparison: Comparison
    text: str
    accepts: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rendering:
    """One way to write a name: what writes it so, and the text."""

    label: str
    text: str


def renderings(name: Name) -> list[Rendering]:
    """The name as each family of consumers writes it."""
    return [
        Rendering("RFC 4514 (ce que le portail publie)", names.rfc4514(name)),
        Rendering("OpenSSL, -nameopt RFC2253", names.openssl(name)),
        Rendering("OpenSSL, UTF-8 brut", spellings.openssl_utf8(name)),
        Rendering("OpenSSL, ancienne forme", spellings.openssl_legacy(name)),
        Rendering("Java, X500Principal.getName()", spellings.java(name)),
        Rendering("Java, X500Principal.toString()", spellings.java_display(name)),
    ]


def parts(text: str) -> frozenset[str]:
    """The published comparison: cut at every comma, trim, forget the order."""
    return frozenset(part.strip() for part in text.split(","))


def parts_digest(text: str) -> str:
    """What two texts that this comparison takes for one another have in common."""
    return hashlib.sha256(json.dumps(sorted(parts(text))).encode("ascii")).hexdigest()


def sights(name: Name, fingerprint: str) -> list[Sight]:
    """What each comparison makes of a certificate whose RFC 4514 name and fingerprint the portal publishes."""
    published = names.rfc4514(name)
    openssl, java = names.openssl(name), spellings.java_display(name)
    return [
        Sight(Comparison.FINGERPRINT, fingerprint, accepts=True),
        Sight(Comparison.RFC4514, published, accepts=True, warnings=_text_warnings(name)),
        Sight(Comparison.OPENSSL, openssl, accepts=openssl == published, warnings=_openssl_warnings(name)),
        Sight(Comparison.PARTS, java, accepts=parts(java) == parts(published), warnings=_parts_warnings(name)),
    ]


def _text_warnings(name: Name) -> tuple[str, ...]:
    several = "Une partie du nom porte plusieurs valeurs (signe +) : leur ordre peut varier d’un outil à l’autre."
    return (several,) if any(len(rdn) > 1 for rdn in name) else ()


def _openssl_warnings(name: Name) -> tuple[str, ...]:
    accents = (
        "Le nom porte des accents : OpenSSL les écrit en octets (\\C3\\B4 pour ô). Donnez à cette passerelle le texte "
        "OpenSSL, pas le texte RFC 4514."
    )
    found = [accents] if any(not text.isascii() for text in _values(name)) else []
    return (*found, *_text_warnings(name))


def _parts_warnings(name: Name) -> tuple[str, ...]:
    judged = [
        (",", "Une valeur contient une virgule : la comparaison la coupe en deux, et peut refuser ce certificat."),
        (";", "Une valeur contient un point-virgule : certains outils l’écrivent \\; et d’autres sans barre."),
    ]
    values = _values(name)
    found = [sentence for character, sentence in judged if any(character in text for text in values)]
    return (*found, *_text_warnings(name))


def _values(name: Name) -> list[str]:
    return [attribute.text or "" for attribute in names.attributes(name)]
