"""Verbs on establishment lists: send, mend, remove, confirm."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from onboarding.establishments import difference, effects, listing, queries, tabular
from onboarding.establishments.listing import Entry, Judged
from policy.grants import operations as grants
from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.audit.record import Event
from portal.calendar import deadlines
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters
from portal.parties.models import DigitalService

from .lifecycle import Move, State
from .models import EstablishmentList, ListLine
from .verdicts import LineVerdict

BATCH = 1000
PASTED = "Liste saisie dans la page"
SAID = 3  # faults told of a list taken over


def upload(
    service: DigitalService, *, name: str, data: bytes, by: Any, at: datetime | None = None
) -> EstablishmentList:
    """A file becomes the draft of the service, in place of the former draft: every line kept with its verdict.

    Raises Refused, naming the field `file`, when the file cannot be read at all or holds no line.
    """
    return _upload(service, _entries(data), name=name, data=data, by=by, at=at)


def paste(service: DigitalService, *, text: str, by: Any, at: datetime | None = None) -> EstablishmentList:
    """The same with numbers pasted in the page. Raises Refused, naming the field `text`."""
    try:
        rows = tabular.read_text(text)
    except tabular.UnreadableTable as error:
        raise Refused(error.sentence, field="text") from error
    if not (entries := listing.entries(rows)):
        raise Refused("Collez au moins un numéro FINESS, un par ligne.", field="text")
    return _upload(service, entries, name=PASTED, data=text.encode("utf-8", "replace"), by=by, at=at)


def take_over(
    service: DigitalService, numbers: Sequence[str], *, source: str, by: Any, at: datetime | None = None
) -> EstablishmentList:
    """The establishments for which a service already feeds the ROR, as a draft that its owner will confirm.

    Raises Refused with the sentence of each number that the register does not know as such: a right taken over is
    neither narrowed nor widened by the way.
    """
    entries = [Entry(rank, number[: listing.MAX_TYPED]) for rank, number in enumerate(numbers, start=1)]
    if bad := [one.sentence for one in _judged(entries) if not one.is_good]:
        raise Refused(" ".join(bad[:SAID]) + (f" Et {len(bad) - SAID} autres." if len(bad) > SAID else ""))
    data = "\n".join(numbers).encode("utf-8", "replace")
    return _upload(service, entries, name=source, data=data, by=by, at=at, move=Move.TAKE_OVER)


def repair_line(line: ListLine, *, typed: str, by: Any, version: int | None = None, at: datetime | None = None) -> None:
    """Replaces the number of a line. Raises Refused, naming the field `typed`, when the new one does not count."""
    with moving(line.list, Move.REPAIR_LINE, by=by, at=at, version=version) as (held, event):
        entry = Entry(line.line, typed.strip()[: listing.MAX_TYPED], line.typed_name)
        [judged] = _judged([entry])
        _refuse_worse(line, judged)
        event.note(line=line.line, former=line.typed or "vide", typed=entry.typed)
        former = line.finess
        _filled(line, judged).save()
        _revive_repeated(held, former)
        _recount(held)


def remove_line(line: ListLine, *, by: Any, version: int | None = None, at: datetime | None = None) -> None:
    """Takes a line out of the draft; a line that repeated it may then count."""
    with moving(line.list, Move.REMOVE_LINE, by=by, at=at, version=version) as (held, event):
        event.note(line=line.line, former=line.typed or "vide")
        ListLine.objects.filter(pk=line.pk).delete()
        _revive_repeated(held, line.finess)
        _recount(held)


def confirm(held: EstablishmentList, *, by: Any, version: int | None = None, at: datetime | None = None) -> None:
    """The legal representative states that these establishments feed the ROR through the service.

    A draft replaces the list in force; the list in force may be confirmed again, unchanged. The feeding right of the
    service, when there is one, takes the list. Raises Refused without any valid establishment.
    """
    with moving(held, Move.CONFIRM, by=by, at=at, version=version) as (current, event):
        if not (numbers := queries.numbers(current)):
            raise Refused("Une liste confirmée compte au moins un établissement valide.")
        changes = queries.changes_of(current)
        if current.state == State.DRAFT:
            _supersede(queries.confirmed_list(current.service), current, by=by, at=event.at)
            current.added, current.removed = list(changes.added), list(changes.removed)
        current.digest = difference.digest(numbers)
        current.confirmed_by, current.confirmed_at = by, event.at
        current.effective_date = _effective(event.at)
        event.note(valid=_counted(len(numbers)), added=len(changes.added), removed=len(changes.removed))
        enqueue(effects.acknowledge, event=event, list_id=current.pk)
        _record(current, numbers, by=by, at=event.at)


def _upload(
    service: DigitalService,
    entries: Sequence[Entry],
    *,
    name: str,
    data: bytes,
    by: Any,
    at: datetime | None,
    move: Move = Move.UPLOAD,
) -> EstablishmentList:
    held = EstablishmentList(
        service=service, uploaded_by=by, source_name=name[:200], source_sha256=hashlib.sha256(data).hexdigest()
    )
    with moving(held, move, by=by, at=at) as (held, event):
        held.reference, held.uploaded_at = next_reference("L", event.at), event.at
        _supersede(_locked_draft(service), held, by=by, at=event.at)
        held.register_day = queries.register_day()
        held.save()
        _write(held, _judged(entries))
        _recount(held)
        _note(held, event)
    return held


def _entries(data: bytes) -> list[Entry]:
    try:
        entries = listing.entries(tabular.read(data))
    except tabular.UnreadableTable as error:
        raise Refused(error.sentence, field="file") from error
    if not entries:
        raise Refused("Ce fichier ne contient aucune ligne d’établissement.", field="file")
    return entries


def _judged(entries: Sequence[Entry]) -> list[Judged]:
    return listing.judge(entries, queries.register_for(entries))


def _refuse_worse(line: ListLine, judged: Judged) -> None:
    if not judged.is_good:
        raise Refused(judged.sentence, field="typed")
    other = ListLine.objects.good().filter(list=line.list, finess=judged.finess).exclude(pk=line.pk).first()
    if other:
        raise Refused(f"{judged.finess} figure déjà ligne {other.line} : retirez l’une des deux.", field="typed")


def _revive_repeated(held: EstablishmentList, number: str) -> None:
    """Once the line that counted for a number is gone, the first of those that repeated it counts instead."""
    repeated = ListLine.objects.filter(list=held, finess=number, verdict=LineVerdict.DUPLICATE)
    if not number or ListLine.objects.good().filter(list=held, finess=number).exists():
        return
    rows = list(repeated.order_by("rank"))
    for row, judged in zip(rows, _judged([Entry(row.line, row.typed, row.typed_name) for row in rows]), strict=True):
        _filled(row, judged).save()


def _locked_draft(service: DigitalService) -> EstablishmentList | None:
    """The draft, as it stands once locked: one confirmed meanwhile is in force, and no draft takes its place."""
    return EstablishmentList.objects.drafts().filter(service=service).select_for_update(of=("self",)).first()


def _supersede(former: EstablishmentList | None, successor: EstablishmentList, *, by: Any, at: datetime) -> None:
    if former is None:
        return
    with moving(former, Move.SUPERSEDE, by=by, at=at) as (_, event):
        event.note(successor=successor.reference)


def _write(held: EstablishmentList, judged: Sequence[Judged]) -> None:
    rows = [_filled(ListLine(list=held, rank=rank), line) for rank, line in enumerate(judged, start=1)]
    ListLine.objects.bulk_create(rows, batch_size=BATCH)


def _filled(row: ListLine, judged: Judged) -> ListLine:
    row.line, row.typed = judged.entry.line, judged.entry.typed
    row.typed_name = judged.entry.name[:300]
    row.finess, row.verdict, row.sentence = judged.finess, judged.verdict, judged.sentence[:600]
    row.name = judged.registered.name[:250] if judged.registered else ""
    row.city = judged.registered.city[:120] if judged.registered else ""
    return row


def _note(held: EstablishmentList, event: Event) -> None:
    lines = f"{held.line_count} ligne{'s' if held.line_count > 1 else ''}"
    event.note(service=held.service.name, lines=lines, valid=_counted(held.valid_count))


def _counted(valid: int) -> str:
    return f"{valid} établissement{'s' if valid > 1 else ''}"


def _recount(held: EstablishmentList) -> None:
    """Brings the counts and the digest up to the lines as they stand."""
    verdicts = Counter(ListLine.objects.filter(list=held).values_list("verdict", flat=True))
    numbers = queries.numbers(held)
    held.counts, held.line_count, held.valid_count = dict(verdicts), verdicts.total(), len(numbers)
    held.digest = difference.digest(numbers) if numbers else ""


def _effective(at: datetime) -> date:
    return deadlines.due_date(at, parameters.integer("lists.effective_days", at=at))


def _record(held: EstablishmentList, numbers: Iterable[str], *, by: Any, at: datetime) -> None:
    grant = Grant.objects.living().filter(service_id=held.service_id, direction=Direction.FEEDING).first()
    if grant:
        grants.record_list(grant, reference=held.reference, digest=held.digest, establishments=numbers, by=by, at=at)
