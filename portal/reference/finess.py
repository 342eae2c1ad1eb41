"""FINESS numbers: nine characters, a department on two, six characters, and a check key.

Rule (verified on 6,169 real numbers of the SAE 2021 survey): the key is Luhn's, modulo 10, over the nine characters,
with A counted 1 and B counted 2 (Corsica, `2A` and `2B`; the national test structures use `0A` and `0B`). One numbering
serves legal entities (EJ) and establishments (EG). A number is a `str`: an integer would lose its leading zero.
"""

import re

LENGTH = 9
_SHAPE = re.compile(r"(?!00)(?:[0-9]{2}|[02][AB])[0-9]{7}")
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015]+")
_FIGURES = b"0123456789AB"
_COUNTED = bytes.maketrans(_FIGURES, bytes((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2)))
_COUNTED_TWICE = bytes.maketrans(_FIGURES, bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9, 2, 4)))


def normalise(text: str) -> str:
    """What somebody typed, without separators and in capitals; nothing is checked nor added (see `is_valid`, `repair`).

    >>> normalise(" 2a 000 015 4 ")
    '2A0000154'
    """
    return _SEPARATORS.sub("", text).upper()


def key(stem: str) -> str:
    """The check digit of the first eight characters of a number. Raises ValueError on anything else than a stem."""
    if not _SHAPE.fullmatch(f"{stem}0"):
        raise ValueError("a FINESS stem is eight characters: a department, then six digits")
    return str(-_luhn_sum(f"{stem}0") % 10)


def is_valid(number: str) -> bool:
    """Whether this is nine characters of the right shape, with the right key. Expects an already normalised number."""
    return bool(_SHAPE.fullmatch(number)) and _luhn_sum(number) % 10 == 0


def repair(text: str) -> str | None:
    """The only number meant by a text whose leading zero a spreadsheet dropped; None when there is none."""
    digits = normalise(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == LENGTH - 1):
        return None
    return padded if is_valid(padded := digits.zfill(LENGTH)) else None


def national_identifier(number: str) -> str:
    """The ten-character identifier of a structure (`1` = FINESS), as certificates and ROR calls carry it."""
    return f"1{number}"


def _luhn_sum(number: str) -> int:
    figures = number.encode("ascii")
    return sum(figures[::-2].translate(_COUNTED)) + sum(figures[-2::-2].translate(_COUNTED_TWICE))
