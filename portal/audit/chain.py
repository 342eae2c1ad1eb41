"""The hash chain of the journal: canonical bytes, links, verification.

Each link covers the event's identity (sequence, id, action, actor key, subject key, instant) and a salted
digest of its detail, never the detail itself: erasing personal data leaves the chain intact.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

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
    at = link.at if link.at.tzinfo is UTC and link.at.microsecond else instant(link.at)
    return written(link.action, link.actor_id, at, link.detail_digest, link.id, link.subject_type, link.subject_id)


def instant(at: datetime) -> str:
    """An aware instant in UTC, always with its microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def written(
    action: str, actor: int | None, at: datetime | str, detail: str, id: object, subject_type: str, subject_id: str
) -> bytes:
    """The canonical bytes of these values; keys stand in their sorted order."""
    subject = [subject_type, subject_id]
    return orjson.dumps({"action": action, "actor": actor, "at": at, "detail": detail, "id": id, "subject": subject})


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


class Line(NamedTuple):
    """A link as a database hands it over, its instant and id already in their canonical text."""

    seq: int
    action: str
    actor_id: int | None
    at: str
    detail_digest: str
    id: str
    subject_type: str
    subject_id: str
    hash: str
    salt: bytes | None = None
    data: str | None = None  # None where the detail was erased


def verify(links: Iterable[Link], *, start: str = GENESIS, first: int = 1) -> Report:
    """Walks the chain in order of sequence and stops at the first break."""
    return verify_lines((_line(link) for link in links), start=start, first=first)


def _line(link: Link) -> Line:
    return Line(
        link.seq,
        link.action,
        link.actor_id,
        instant(link.at),
        link.detail_digest,
        str(link.id),
        link.subject_type,
        link.subject_id,
        link.hash,
    )


def verify_lines(lines: Iterable[tuple[Any, ...]], *, start: str = GENESIS, first: int = 1) -> Report:
    """Walks lines (the columns of `Line`), and each detail that was kept; a break of the chain is said first."""
    sha256, previous, expected, forged = hashlib.sha256, start, first, 0
    for seq, action, actor, at, detail, id, subject_type, subject_id, hash, salt, data in lines:
        if seq != expected:
            return Report(expected - first, previous, expected, "un événement manque ou est en trop")
        content = written(action, actor, at, detail, id, subject_type, subject_id)
        previous = sha256(f"{previous}{seq}".encode() + content).hexdigest()
        if hash != previous:
            return Report(expected - first, previous, expected, "l’empreinte ne correspond pas au contenu")
        if data is not None and not forged and sha256(bytes(salt) + data.encode()).hexdigest() != detail:
            forged = seq
        expected += 1
    if forged:
        return Report(expected - first, previous, forged, "le détail a été modifié")
    return Report(expected - first, previous)
