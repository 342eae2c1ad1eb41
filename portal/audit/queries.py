"""Reading the journal: sentences, history of a subject, verification of the chain."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from . import chain, checkpoint
from . import sentences as spoken
from .checkpoint import Line
from .models import AccessTrace, AuditEvent

TRACE_COLUMNS = ("pk", "at", "actor_id", "view", "sentence", "path", "request_id", "ip")  # what a checkpoint digests


@dataclass(frozen=True)
class Told:
    """An event as a person reads it."""

    seq: int
    at: datetime
    action: str
    sentence: str
    reference: str
    actor: str
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)


def about(subject_reference: str) -> QuerySet[AuditEvent]:
    """The events whose subject bears this public reference, oldest first, with their detail."""
    return AuditEvent.objects.filter(subject_reference=subject_reference).select_related("detail")


def sentences(events: Iterable[AuditEvent]) -> list[Told]:
    """The events told in French; an erased detail says so."""
    return [_told(event) for event in events]


def _told(event: AuditEvent) -> Told:
    data = json.loads(event.detail.data) if event.detail.data else {}
    actor = data.get("actor") or ("Le portail" if event.actor_id is None else "Une personne effacée")
    values = {**data.get("values", {}), "actor": actor, "subject": event.subject_reference}
    before, after = data.get("before", {}), data.get("after", {})
    changes = [(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]
    sentence = spoken.tell(event.action, values)
    return Told(event.seq, event.at, event.action, sentence, event.subject_reference, actor, changes)


def verify() -> chain.Report:
    """Verifies the whole journal: the chain, then each detail that was not erased against its digest."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINES[connection.vendor])
        return chain.verify_lines(_read(cursor))


def _read(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(2000):
        yield from rows


# the columns of `chain.Line`, instants and ids written as they are chained: nothing is converted on the way
_LINES = {
    "postgresql": """SELECT seq, action, actor_id,
           to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), detail_digest, event.id::text,
           subject_type, subject_id, hash, salt, CASE WHEN erased_at IS NULL THEN data END
      FROM portal_auditevent AS event LEFT JOIN portal_auditdetail AS detail ON detail.event_id = event.id
     ORDER BY seq""",
    "sqlite": """SELECT seq, action, actor_id,
           substr(at, 1, 10) || 'T' || substr(at, 12, 8) || '.' || substr(substr(at, 21) || '000000', 1, 6) || '+00:00',
           detail_digest,
           substr(event.id, 1, 8) || '-' || substr(event.id, 9, 4) || '-' || substr(event.id, 13, 4) || '-' ||
           substr(event.id, 17, 4) || '-' || substr(event.id, 21),
           subject_type, subject_id, hash, salt, CASE WHEN erased_at IS NULL THEN data END
      FROM portal_auditevent AS event LEFT JOIN portal_auditdetail AS detail ON detail.event_id = event.id
     ORDER BY seq""",
}


def against(lines: Sequence[Line], public: bytes) -> list[str]:
    """What the checkpoints contradict in the journal and the traces, in French; empty when all agree."""
    found = list(checkpoint.faults(lines, public))
    hashes = dict(AuditEvent.objects.filter(seq__in=[line.checkpoint.seq for line in lines]).values_list("seq", "hash"))
    former = 0
    for number, line in enumerate(lines, start=1):
        said = line.checkpoint
        if said.seq and hashes.get(said.seq) != said.hash:
            found.append(f"point de contrôle {number} : l’événement {said.seq} manque ou a été réécrit")
        traces = AccessTrace.objects.filter(pk__gt=former, pk__lte=said.trace_id).order_by("pk")
        if checkpoint.digest_of_traces(traces.values_list(*TRACE_COLUMNS)) != said.traces_digest:
            found.append(f"point de contrôle {number} : des traces de lecture manquent ou ont été réécrites")
        former = said.trace_id
    return found
