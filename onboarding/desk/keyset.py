"""Cursors of long lists: a page begins after the last row seen, so that the thousandth costs what the first did."""

import base64
import binascii
import json
from dataclasses import dataclass

LONGEST = 600


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort value (as text) and the key of a row; `backwards` asks for the rows before it."""

    value: str
    key: int
    backwards: bool = False


def encode(cursor: Cursor) -> str:
    """The cursor as it stands in an address."""
    packed = json.dumps([cursor.value, cursor.key, cursor.backwards], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode(text: str) -> Cursor | None:
    """The cursor of an address; None for anything else."""
    if not text or len(text) > LONGEST:
        return None
    try:
        value, key, backwards = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, TypeError):
        return None
    if not (isinstance(value, str) and isinstance(key, int) and isinstance(backwards, bool)):
        return None
    return Cursor(value, key, backwards) if value.isprintable() and 0 <= key < 2**63 else None
