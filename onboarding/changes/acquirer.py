"""Which legal entity takes a service over, as a declaration names it: by its SIREN, among other words."""

import re

from onboarding.vendors import identity
from onboarding.vendors.identity import Numbering, UnreadableNumber

_NINE = re.compile(r"(?<![0-9])[0-9](?:[ \u00a0\u202f]?[0-9]){8}(?![0-9])")


def siren_in(text: str) -> str:
    """The first SIREN whose key holds, spaces allowed; empty when the text has none."""
    for found in _NINE.findall(text):
        try:
            return identity.read(Numbering.SIRENE, found).siren
        except UnreadableNumber:
            continue
    return ""
