"""Verification codes: 80 bits, in letters that are not mistaken for one another when read aloud or typed."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
LENGTH = 16
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\u00a0": "", "\u202f": ""})


def fresh() -> str:
    """A new code, 16 characters drawn at random: 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalise(typed: str) -> str | None:
    """The code that somebody typed or scanned; None when it cannot be one."""
    code = typed.strip().upper().translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def shown(code: str) -> str:
    """The code in four groups, as printed: ``7QXM-2K9P-…``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
