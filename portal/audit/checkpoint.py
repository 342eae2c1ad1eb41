"""Checkpoints of the journal: signed lines kept outside the database.

A hash chain alone does not show that its end was cut, or that it was rewritten whole. A checkpoint does: it says, under
a key that the database does not hold, how far the chain went and with which hash. Each line also carries the digest of
the access traces written since the line before, and of that line itself.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

from .signing import Signer, verifies

START = "0" * 64


@dataclass(frozen=True)
class Checkpoint:
    """How far the journal went: last sequence and hash, last access trace, digest of those since the line before."""

    at: str
    seq: int
    hash: str
    trace_id: int
    traces_digest: str
    previous: str

    def body(self) -> bytes:
        """The signed bytes: sorted JSON."""
        return orjson.dumps(self, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True)
class Line:
    """A checkpoint, its signature (base64) and the key's name, as they stand in the file."""

    checkpoint: Checkpoint
    signature: str
    key_id: str

    def text(self) -> str:
        """One line of JSON."""
        return orjson.dumps(self, option=orjson.OPT_SORT_KEYS).decode()

    @property
    def digest(self) -> str:
        """SHA-256 of the line, which the next one repeats."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def make(
    *, at: datetime, seq: int, hash: str, trace_id: int, traces_digest: str, former: Line | None, signer: Signer
) -> Line:
    """The next line of the file."""
    previous = former.digest if former else START
    checkpoint = Checkpoint(at.isoformat(timespec="microseconds"), seq, hash, trace_id, traces_digest, previous)
    return Line(checkpoint, signer.sign(checkpoint.body()), signer.key_id)


def read(text: str) -> list[Line]:
    """The lines of a file. Raises ValueError for a line that is not a checkpoint."""
    return [_line(line) for line in text.splitlines() if line.strip()]


def _line(text: str) -> Line:
    try:
        data = orjson.loads(text)
        return Line(Checkpoint(**data["checkpoint"]), data["signature"], data["key_id"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"ligne illisible dans le fichier des points de contrôle : {text[:60]}") from error


def faults(lines: Iterable[Line], public: bytes) -> Iterator[str]:
    """What is wrong with the file itself: a signature, an order, a gap; in French."""
    previous = START
    for number, line in enumerate(lines, start=1):
        if not verifies(line.checkpoint.body(), line.signature, public):
            yield f"point de contrôle {number} : signature fausse"
        if line.checkpoint.previous != previous:
            yield f"point de contrôle {number} : il ne suit pas le précédent"
        previous = line.digest


def digest_of_traces(rows: Iterable[tuple[object, ...]]) -> str:
    """SHA-256 over the rows of access traces, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(orjson.dumps(row, default=str) + b"\n")
    return digest.hexdigest()
