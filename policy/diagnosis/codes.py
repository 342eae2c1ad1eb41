"""Support codes: short words that a vendor reads out and the agency types, without letters that look like figures."""

import re

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0, 1, I, L, O, U
LENGTH = 10
_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}", re.ASCII)


def made_of(octets: bytes) -> str:
    """The code drawn from random octets: ten letters in two groups, « 7K3MQ-9XTWA »."""
    number = int.from_bytes(octets)
    letters = []
    for _ in range(LENGTH):
        number, rank = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rank])
    return shown("".join(letters))


def shown(letters: str) -> str:
    """Ten letters in two groups."""
    return f"{letters[:5]}-{letters[5:]}"


def read(text: str) -> str:
    """The code as people type it (spaces, small letters, other dashes); empty when it is none."""
    letters = re.sub(r"[\s\-–—.]", "", text).upper()
    return shown(letters) if _CODE.fullmatch(letters) else ""
