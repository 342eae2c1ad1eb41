"""Contacts in doubt: who stands behind an address that refuses mail, told for the agency."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """An address refused for good: since when, why, whose it is, and the legal entities it speaks for.

    `entities` are (reference, name) pairs; `alone` names those that nobody else can be reached for.
    """

    address: str
    since: datetime
    reason: str
    person: str
    entities: tuple[tuple[str, str], ...]
    alone: tuple[str, ...]
