"""What people type, before a form judges it: a private key is kept nowhere, a line holds only what can be seen.

Characters that reverse or hide text would let one name pass for another in the lists of the agency (Unicode TR 36,
§2.10; requirement CE-13).
"""

import re
import unicodedata

PRIVATE_KEY = (
    "Ce texte contient une clé privée : il n’a été conservé nulle part. Une clé privée ne se transmet jamais ; "
    "faites révoquer le certificat correspondant."
)
_UNSEEN = ("Cc", "Cf", "Co", "Cs")
_ARMOUR = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY", re.IGNORECASE)


def holds_private_key(data: bytes) -> bool:
    """True when a private key stands in the bytes: it must be kept nowhere."""
    return _ARMOUR.search(data) is not None


def line(text: str) -> str:
    """A line without control, formatting (bidirectional included), private or lone surrogate characters.

    Tabulations and ends of lines become spaces. A null character stays, for the field to refuse.
    """
    if text.isascii() and text.isprintable():
        return text
    spaced = "".join(" " if character.isspace() else character for character in text)
    return "".join(one for one in spaced if one == "\x00" or unicodedata.category(one) not in _UNSEEN)
