"""The published list as nginx reads it: a map from what it sees of a certificate to the entry that admits it.

Two comparisons. By fingerprint: nginx knows the SHA-1 of the certificate alone, which stands for the published
SHA-256. By name: the text that nginx prints (RFC 2253), compared exactly, as an anchored pattern since the plain
strings of a map forget capitals; two texts that are equal are also equal for the comparison that the agency
publishes, which cuts them at commas. A suspended entry is absent: nginx refuses what it does not find. A name whose
certificate nobody has seen is a line of the map of names; the map of fingerprints, which cannot say it, names in a
comment the entries that it leaves out. Establishments are no matter for a map: they are asked of the verdict API.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policy.certificates import name_text, names
from portal.lifecycle.table import LabelledEnum

ADMITTING = "approved"
VARIABLE = "$ror_inscription"


class Comparison(LabelledEnum):
    """What the map compares."""

    FINGERPRINT = "fingerprint", "Empreinte SHA-1, la seule que nginx connaisse"
    NAME = "name", "Nom, tel que nginx l’écrit (RFC 2253)"


READ = {Comparison.FINGERPRINT: "$ssl_client_fingerprint", Comparison.NAME: "$ssl_client_s_dn"}


@dataclass(frozen=True, slots=True)
class Spelled:
    """A certificate as nginx sees it: SHA-1 of its DER (hexadecimal), and its name in RFC 2253 text."""

    sha1: str
    name: str


def rendered(document: Mapping[str, Any], spelled: Mapping[str, Spelled], comparison: Comparison) -> str:
    """The file to include in the `http` block; `spelled` is by SHA-256. A certificate it does not hold is left out."""
    lines = [
        f"# Liste blanche du ROR ({document['environment']}), version {document['version']},",
        f"# émise le {document['issued_at']}, à renouveler avant le {document['expires_at']}.",
        f"# Refuser un appel dont {VARIABLE} est vide.",
        *_left_out(document, comparison),
        f"map {READ[comparison]} {VARIABLE} {{",
        '    default "";',
        *sorted(_lines(document, spelled, comparison)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _lines(document: Mapping[str, Any], spelled: Mapping[str, Spelled], comparison: Comparison) -> Iterator[str]:
    for entry in _admitting(document):
        for certificate in entry["certificates"]:
            if one := spelled.get(certificate["sha256"]):
                key = one.sha1 if comparison is Comparison.FINGERPRINT else _pattern(one.name)
                yield f'    "{key}" "{entry["reference"]}";'
        if comparison is Comparison.NAME:
            for bare in entry.get("names", ()):
                yield f'    "{_pattern(written(bare["subject"]))}" "{entry["reference"]}";'


def _admitting(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for entry in document["entries"]:
        if entry["state"] == ADMITTING and entry["effective_at"] <= document["issued_at"]:
            yield entry


def _left_out(document: Mapping[str, Any], comparison: Comparison) -> Iterator[str]:
    """What a map of fingerprints cannot admit."""
    if comparison is Comparison.FINGERPRINT:
        bare = sorted(entry["reference"] for entry in _admitting(document) if entry.get("names"))
        yield from (
            f"# {reference} : nom sans certificat vu, que seule la comparaison par nom admet." for reference in bare
        )


def written(subject: str) -> str:
    """A published name (RFC 4514) as nginx prints that of a certificate. Raises ValueError."""
    return names.openssl(name_text.parse(subject))


def _pattern(name: str) -> str:
    """A pattern that matches this text alone, in the quotes of nginx."""
    return "~^" + re.escape(name).replace("\\", "\\\\").replace('"', '\\"') + "$"
