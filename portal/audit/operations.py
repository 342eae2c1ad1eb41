"""Writing the journal: events at the end of an operation, traces after a reading, erasure of a detail."""

import os
from collections.abc import Sequence
from datetime import datetime

import orjson

from . import chain
from .models import AccessTrace, AuditDetail, AuditEvent, AuditHead
from .record import Event, origin


def append(events: Sequence[Event]) -> None:
    """Chains the events, in their order, inside the caller's transaction.

    The head is locked here and nowhere earlier: with the lock taken first, nested operations deadlock on PostgreSQL.
    """
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    rows, details = [], []
    for event in events:
        row, detail = _chained(event, head)
        head.seq, head.hash = row.seq, row.hash
        rows.append(row)
        details.append(detail)
    AuditEvent.objects.bulk_create(rows)
    AuditDetail.objects.bulk_create(details)
    head.save()


def _chained(event: Event, head: AuditHead) -> tuple[AuditEvent, AuditDetail]:
    salt, data = os.urandom(16), _detail(event)
    row = AuditEvent(
        id=event.id,
        seq=head.seq + 1,
        action=event.action,
        actor_id=event.actor_id,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        subject_reference=event.subject_reference,
        at=event.at,
        detail_digest=chain.detail_digest(salt, data),
    )
    row.hash = chain.digest(head.hash, row)
    return row, AuditDetail(event=row, salt=salt, data=data)


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


def erase_detail(event_id: object, *, at: datetime) -> None:
    """Erases names and values of an event; the chain, which only holds their digest, still verifies."""
    AuditDetail.objects.filter(event_id=event_id).update(data="", erased_at=at)
