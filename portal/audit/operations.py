"""Writing the journal: events at the end of an operation, traces after a reading, checkpoints, erasure of a detail."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
from django.db import connection

from . import chain, checkpoint
from .checkpoint import Line
from .models import AccessTrace, AuditDetail, AuditEvent, AuditHead
from .queries import TRACE_COLUMNS
from .record import Event, origin
from .signing import Signer

BULK = 2000  # rows inserted at once


def append(events: Sequence[Event]) -> None:
    """Chains the events, in their order, inside the caller's transaction.

    The head is locked here and nowhere earlier: with the lock taken first, nested operations deadlock on PostgreSQL.
    """
    drafts = [_draft(event) for event in events]
    if connection.vendor == "postgresql":
        for row, detail in drafts:
            _chain_in_database(row, detail)
    else:
        _chain_here([row for row, _ in drafts])
        AuditDetail.objects.bulk_create(detail for _, detail in drafts)


def append_many(events: Sequence[Event]) -> None:
    """Chains a great many events at once, where nobody else writes: the filling of an empty portal."""
    drafts = [_draft(event) for event in events]
    _chain_here([row for row, _ in drafts])
    AuditDetail.objects.bulk_create((detail for _, detail in drafts), batch_size=BULK)


def _draft(event: Event) -> tuple[AuditEvent, AuditDetail]:
    """The rows of an event, still without sequence and hash."""
    salt, data = os.urandom(16), _detail(event)
    row = AuditEvent(
        id=event.id,
        action=event.action,
        actor_id=event.actor_id,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        subject_reference=event.subject_reference,
        at=event.at,
        detail_digest=chain.detail_digest(salt, data),
    )
    return row, AuditDetail(event=row, salt=salt, data=data)


def _chain_here(rows: Sequence[AuditEvent]) -> None:
    """Reads the head, hashes, writes: right where one writer at a time holds the database (SQLite)."""
    head, _ = AuditHead.objects.get_or_create(pk=1)
    for row in rows:
        row.seq = head.seq + 1
        row.hash = chain.digest(head.hash, row)
        head.seq, head.hash = row.seq, row.hash
    AuditEvent.objects.bulk_create(rows, batch_size=BULK)
    head.save()


_LINK = """
WITH head AS (
    INSERT INTO portal_audithead AS known (id, seq, hash)
    VALUES (1, 1, encode(sha256(convert_to(%(genesis)s || '1' || %(canonical)s, 'UTF8')), 'hex'))
    ON CONFLICT (id) DO UPDATE SET
        seq = known.seq + 1,
        hash = encode(sha256(convert_to(known.hash || (known.seq + 1)::text || %(canonical)s, 'UTF8')), 'hex')
    RETURNING seq, hash),
event AS (
    INSERT INTO portal_auditevent
        (id, seq, action, actor_id, subject_type, subject_id, subject_reference, at, detail_digest, hash)
    SELECT %(id)s, head.seq, %(action)s, %(actor_id)s, %(subject_type)s, %(subject_id)s, %(subject_reference)s, %(at)s,
           %(detail_digest)s, head.hash
      FROM head
    RETURNING id)
INSERT INTO portal_auditdetail (event_id, salt, data) SELECT id, %(salt)s, %(data)s FROM event
"""


def _chain_in_database(row: AuditEvent, detail: AuditDetail) -> None:
    """One statement takes the head, draws the sequence from it, hashes and keeps both rows (PostgreSQL)."""
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    values |= {"canonical": chain.canonical(row).decode(), "genesis": chain.GENESIS}
    values |= {"salt": detail.salt, "data": detail.data}
    with connection.cursor() as cursor:
        cursor.execute(_LINK, values)


def _detail(event: Event) -> str:
    content = {
        "actor": event.actor,
        "roles": sorted(event.roles),
        "subject": event.subject_reference,
        "values": event.values,
        "before": event.before,
        "after": event.after,
        "channel": event.origin.channel,
        "ip": event.origin.ip,
        "request_id": event.origin.request_id,
        "authentication": event.origin.authentication,
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS, default=str).decode()


def trace_reading(*, actor_id: int, view: str, sentence: str, path: str, at: datetime) -> None:
    """Keeps that a person read something sensitive."""
    come_from = origin.get()
    AccessTrace.objects.create(
        at=at,
        actor_id=actor_id,
        view=view[:120],
        sentence=sentence[:300],
        path=path[:300],
        request_id=come_from.request_id,
        ip=come_from.ip,
    )


def erase_detail(event_id: UUID, *, at: datetime) -> None:
    """Erases names and values of an event; the chain, which only holds their digest, still verifies."""
    AuditDetail.objects.filter(event_id=event_id).update(data="", salt=b"", erased_at=at)


def write_checkpoint(signer: Signer, path: Path, *, at: datetime) -> Line | None:
    """Appends a signed checkpoint to the file when something was written since the last one; synced to disk."""
    lines = checkpoint.read(path.read_text()) if path.exists() else []
    former = lines[-1] if lines else None
    last = former.checkpoint if former else None
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    traces = AccessTrace.objects.filter(pk__gt=last.trace_id if last else 0).order_by("pk")
    rows = list(traces.values_list(*TRACE_COLUMNS))
    if last and not rows and last.seq == head.seq:
        return None
    line = checkpoint.make(
        at=at,
        seq=head.seq,
        hash=head.hash,
        trace_id=rows[-1][0] if rows else (last.trace_id if last else 0),
        traces_digest=checkpoint.digest_of_traces(rows),
        former=former,
        signer=signer,
    )
    _append_line(path, line.text())
    return line


def _append_line(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
