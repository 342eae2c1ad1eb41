"""Certificates that higher slices keep, and whose revocation is asked in the same rounds: they say here which.

The round asks the same sources in the same way; what is done of an answer belongs to the slice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .environments import Hierarchy
from .revocation import Answer


@dataclass(frozen=True)
class Companion:
    """One certificate: its key in its slice, the digest of its authority's name, its hierarchy, number and PEM."""

    key: int
    issuer_digest: str
    hierarchy: Hierarchy | None
    serial: int
    pem: str


class Held(Protocol):
    """Gives the certificates in force at an aware instant; `waiting`: those just declared only."""

    def __call__(self, at: datetime, *, waiting: bool) -> Iterable[Companion]:
        """The certificates, in any order."""


class Keep(Protocol):
    """Keeps what a round learnt of some of them."""

    def __call__(self, found: Sequence[tuple[int, Answer]], *, at: datetime) -> None:
        """By key."""


@dataclass(frozen=True)
class Shelf:
    """The certificates of one slice. `unknown` and `faulty` count those in force that an agent must look at."""

    held: Held
    keep: Keep
    unknown: Callable[[datetime], int]
    faulty: Callable[[datetime], int]


_shelves: list[Shelf] = []


def register(shelf: Shelf) -> None:
    """Adds a shelf; registering the same one again changes nothing."""
    if shelf not in _shelves:
        _shelves.append(shelf)


def held(at: datetime, *, waiting: bool = False) -> list[tuple[Shelf, list[Companion]]]:
    """What each shelf holds, those that hold nothing left out."""
    found = [(shelf, list(shelf.held(at, waiting=waiting))) for shelf in _shelves]
    return [(shelf, rows) for shelf, rows in found if rows]


def unknown(at: datetime) -> int:
    """How many have an unknown revocation."""
    return sum(shelf.unknown(at) for shelf in _shelves)


def faulty(at: datetime) -> int:
    """How many have something to mend."""
    return sum(shelf.faulty(at) for shelf in _shelves)
