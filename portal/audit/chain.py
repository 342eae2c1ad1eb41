"""The hash chain of the journal: canonical bytes, links, verification.

Each link covers the event's identity (sequence, id, action, actor key, subject key, instant) and a salted
digest of its detail, never the detail itself: erasing personal data leaves the chain intact.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import orjson

GENESIS = "0" * 64


class Link(Protocol):
    """What the chain reads of an event."""

    seq: int
    action: str
    actor_id: int | None
    subject_type: str
    subject_id: str
    at: datetime
    detail_digest: str
    hash: str

    @property
    def id(self) -> object:
        """The event's own identifier."""


def canonical(link: Link) -> bytes:
    """The exact bytes that are chained after the sequence, as sorted JSON; the instant in UTC with microseconds."""
    return orjson.dumps(
        {
            "action": link.action,
            "actor": link.actor_id,
            "at": link.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "detail": link.detail_digest,
            "id": str(link.id),
            "subject": [link.subject_type, link.subject_id],
        },
        option=orjson.OPT_SORT_KEYS,
    )


def digest(previous: str, link: Link) -> str:
    """SHA-256, in hexadecimal, of the previous hash, the sequence in decimal, and the canonical bytes.

    The sequence stands outside the canonical bytes so that a database may draw it from the head and hash in one go.
    """
    return hashlib.sha256(f"{previous}{link.seq}".encode() + canonical(link)).hexdigest()


def detail_digest(salt: bytes, data: str) -> str:
    """SHA-256, in hexadecimal, of the salt followed by the detail's exact text."""
    return hashlib.sha256(salt + data.encode()).hexdigest()


@dataclass(frozen=True)
class Report:
    """Result of a verification: events read, last hash, and the first bad sequence with the reason."""

    count: int
    head: str
    broken_at: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        """True when nothing is broken."""
        return self.broken_at is None


def verify(links: Iterable[Link], *, start: str = GENESIS, first: int = 1) -> Report:
    """Walks the chain in order of sequence and stops at the first break."""
    previous, expected = start, first
    for link in links:
        if link.seq != expected:
            return Report(expected - first, previous, expected, "un événement manque ou est en trop")
        previous = digest(previous, link)
        if link.hash != previous:
            return Report(expected - first, previous, expected, "l’empreinte ne correspond pas au contenu")
        expected += 1
    return Report(expected - first, previous)
