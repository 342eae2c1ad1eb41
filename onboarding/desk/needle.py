"""What is typed in the search box: a reference, a number, a fingerprint, a serial number, a name or words."""

import re
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum
from portal.reference import finess


class Sought(LabelledEnum):
    """What a search looks for."""

    NOTHING = "nothing", "rien"
    REFERENCE = "reference", "référence"
    NUMBER = "number", "SIREN, SIRET ou FINESS"
    FINGERPRINT = "fingerprint", "empreinte de certificat"
    SERIAL = "serial", "numéro de série de certificat"
    NAME = "name", "nom distinctif"
    WORDS = "words", "mots"


@dataclass(frozen=True, slots=True)
class Needle:
    """A search as typed, and as compared."""

    sought: Sought
    value: str


LONGEST = 400
_REFERENCE = re.compile(r"[A-Z]{1,3}-(?:\d{4}-)?\d{1,6}", re.I)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.I)
_SERIAL = re.compile(r"(?=.*[0-9])[0-9a-f]{10,40}", re.I)
_NAME = re.compile(r"(?:^|[,/+])\s*(?:CN|OU|O)\s*=", re.I)
_NUMBER_LENGTHS = (9, 14)


def read(typed: str) -> Needle:
    """What the typed text looks for; punctuation of numbers and fingerprints does not count."""
    text = " ".join(typed.split())[:LONGEST]
    compact = re.sub(r"[\s:.\u00a0]", "", text)
    if not text:
        return Needle(Sought.NOTHING, "")
    if _REFERENCE.fullmatch(compact):
        return Needle(Sought.REFERENCE, compact.upper())
    if _FINGERPRINT.fullmatch(compact):
        return Needle(Sought.FINGERPRINT, compact.lower())
    if _NAME.search(text):
        return Needle(Sought.NAME, text)
    if _is_number(compact):
        return Needle(Sought.NUMBER, compact.upper())
    if _SERIAL.fullmatch(compact):
        return Needle(Sought.SERIAL, compact.upper().lstrip("0"))
    return Needle(Sought.WORDS, text)


def _is_number(compact: str) -> bool:
    """Digits of a SIREN or SIRET, or the shape of a FINESS number (Corsica has a letter)."""
    if compact.isdecimal():
        return len(compact) in _NUMBER_LENGTHS
    return len(compact) == _NUMBER_LENGTHS[0] and finess.is_valid(compact.upper())
