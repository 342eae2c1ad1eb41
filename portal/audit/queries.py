"""Reading the journal: sentences, history of a subject, verification of the chain."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from . import chain, checkpoint
from . import sentences as spoken
from .checkpoint import Line
from .models import AccessTrace, AuditDetail, AuditEvent

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
    report = chain.verify(AuditEvent.objects.order_by("seq").iterator(chunk_size=2000))
    if not report.holds:
        return report
    for detail in _kept_details():
        if chain.detail_digest(bytes(detail.salt), detail.data) != detail.event.detail_digest:
            return chain.Report(report.count, report.head, detail.event.seq, "le détail a été modifié")
    return report


def _kept_details() -> Iterator[AuditDetail]:
    details = AuditDetail.objects.filter(erased_at=None).select_related("event").order_by("event__seq")
    return details.iterator(chunk_size=2000)


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
