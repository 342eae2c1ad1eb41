"""Verbs on take-overs: propose a file with its exact preview, confirm it by a second person, set aside, release."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from onboarding.establishments import tabular
from onboarding.takeovers import effects, queries, sheet
from onboarding.takeovers.lifecycle import LineMove, LineState, Move
from onboarding.takeovers.models import TakeOver, TakeOverLine
from onboarding.takeovers.operations import creating
from onboarding.takeovers.sheet import Line, Taken
from policy.certificates.checks import Outcome
from policy.certificates.operations import NotAcceptable
from policy.grants.models import Grant
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refusal, Refused
from portal.lifecycle.operations import moving, next_reference, rehearsing
from portal.outbox.operations import enqueue
from portal.reference import queries as reference


@dataclass(frozen=True, slots=True)
class Judged:
    """What a line is worth, and its sentences; `taken` is None when the line cannot be read."""

    line: Line
    state: LineState
    sentences: tuple[str, ...]
    taken: Taken | None = None
    known: Grant | None = None


def propose(name: str, data: bytes, *, by: Any, at: datetime) -> TakeOver:
    """A manager sends the file: each line keeps its verdict and the exact preview of what it would create.

    The preview creates everything for real, and rolls it back. Nothing but the file's own lines is kept. Raises
    Refused, naming the field `file`, for a file that is no such sheet.
    """
    judged = _rehearsed(_lines(data), by=by, at=at)
    takeover = TakeOver(
        file_name=name[:200], file_sha256=hashlib.sha256(data).hexdigest(), proposed_by=by, proposed_at=at
    )
    with moving(takeover, Move.PROPOSE, by=by, at=at) as (current, event):
        current.reference = next_reference("RP", event.at)
        current.save()  # before its lines, which name it
        TakeOverLine.objects.bulk_create(_kept(current, one) for one in judged)
        states = [one.state for one in judged]
        event.note(file=current.file_name, ready=states.count(LineState.READY), known=states.count(LineState.KNOWN))
        event.note(refused=states.count(LineState.REFUSED))
    return takeover


def _lines(data: bytes) -> list[Line]:
    try:
        return sheet.lines(tabular.read(data, longest=sheet.READ))
    except (tabular.UnreadableTable, sheet.UnreadableSheet) as error:
        raise Refused(error.sentence, field="file") from error


def _kept(takeover: TakeOver, judged: Judged) -> TakeOverLine:
    taken = judged.taken
    return TakeOverLine(
        takeover=takeover,
        number=judged.line.number,
        cells=dict(judged.line.cells),
        state=judged.state,
        sentences=list(judged.sentences),
        service_name=judged.line.get(sheet.Column.SERVICE)[:120],
        representative=judged.line.get(sheet.Column.REPRESENTATIVE)[:254],
        completion=taken.completion if taken else 0,
        grant=judged.known,
    )


def _rehearsed(lines: Iterable[Line], *, by: Any, at: datetime) -> list[Judged]:
    """Every line judged as it would be created after those before it, then undone together."""
    judged: list[Judged] = []
    regions = reference.regions_at(paris_date(at))
    with rehearsing():
        judged.extend(_judge(line, regions, by=by, at=at) for line in lines)
    return judged


def _judge(line: Line, regions: Collection[str], *, by: Any, at: datetime) -> Judged:
    try:
        taken = sheet.understand(line, today=paris_date(at), regions=regions)
    except sheet.Unclear as unclear:
        return Judged(line, LineState.REFUSED, tuple(unclear.sentences))
    if known := queries.known_right(taken):
        sentence = _already(known)
        return Judged(line, LineState.KNOWN, (sentence,), taken, known)
    try:
        with transaction.atomic():
            made = creating.create(taken, source="Reprise", by=by, at=at)
    except Refusal as refusal:
        return Judged(line, LineState.REFUSED, _why(line.number, refusal), taken)
    return Judged(line, LineState.READY, tuple(made.sentences), taken)


def _already(known: Grant) -> str:
    return f"Déjà là : habilitation {known.reference} ; la ligne ne change rien."


def _why(number: int, refusal: Refusal) -> tuple[str, ...]:
    """What to mend: each bad check of a certificate with its remedy, or the sentence of the refusal."""
    if isinstance(refusal, NotAcceptable):
        bad = [one for one in refusal.checks if one.outcome is Outcome.BAD]
        return tuple(f"Ligne {number}, certificat, {one.label.lower()} : {one.sentence} {one.remedy}" for one in bad)
    return (f"Ligne {number} : {refusal.sentence}",)


def confirm(takeover: TakeOver, *, by: Any, at: datetime) -> None:
    """Another manager creates what the preview said, line by line; a line that would now give anything else is refused.

    A refused line leaves the others untouched. No mail leaves: `release` invites the vendors. Refused to who may not
    read every line: nobody confirms what he was not shown.
    """
    with moving(takeover, Move.CONFIRM, by=by, at=at) as (current, event):
        if queries.closed_lines(current, by):
            raise Refused(
                "Ce fichier porte sur un organisme dont la lecture vous est fermée : un autre gestionnaire le confirme."
            )
        current.settled_by, current.settled_at = by, event.at
        ready = list(current.lines.filter(state=LineState.READY).select_related("takeover"))
        regions = reference.regions_at(paris_date(event.at))
        created = [_created(line, current, regions, by=by, at=event.at) for line in ready]
        event.note(created=sum(created), left=len(created) - sum(created))


def _created(line: TakeOverLine, takeover: TakeOver, regions: Collection[str], *, by: Any, at: datetime) -> bool:
    """Creates one line, all of it or nothing; says whether it was created."""
    try:
        taken = sheet.understand(line.as_read, today=paris_date(at), regions=regions)
    except sheet.Unclear as unclear:  # the rules of a line have changed since its preview
        return _refused(line, unclear.sentences, by=by, at=at)
    if known := queries.known_right(taken):
        with moving(line, LineMove.RECOGNISE, by=by, at=at) as (current, event):
            current.grant, current.sentences = known, [_already(known)]
            event.note(grant=known.reference)
        return False
    try:
        with moving(line, LineMove.CREATE, by=by, at=at) as (current, event):
            made = creating.create(taken, source=f"Reprise {takeover}", by=by, at=at)
            if made.sentences != current.sentences:
                raise Refused("la situation a changé depuis l’aperçu : envoyez la ligne dans un nouveau fichier.")
            current.grant = made.grant
            event.note(service=current.service_name, grant=str(made.grant))
        return True
    except Refusal as refusal:
        return _refused(line, _why(line.number, refusal), by=by, at=at)


def _refused(line: TakeOverLine, why: Sequence[str], *, by: Any, at: datetime) -> bool:
    """The line keeps what is to mend; False, for nothing was created."""
    with moving(line, LineMove.REFUSE, by=by, at=at) as (current, event):
        current.sentences = list(why)
        event.note(why=" ".join(why))
    return False


def set_aside(takeover: TakeOver, *, by: Any, at: datetime) -> None:
    """The file is given up, by its author or another; nothing was created."""
    with moving(takeover, Move.SET_ASIDE, by=by, at=at) as (current, event):
        current.settled_by, current.settled_at = by, event.at


def release(lines: Sequence[TakeOverLine], *, by: Any, at: datetime) -> int:
    """Has the representatives of these lines invited to claim their services; says how many are.

    Raises Refused when none of them has an address to write to.
    """
    reachable = [line for line in lines if line.representative]
    if not reachable:
        raise Refused("Aucune de ces lignes n’indique l’adresse d’un représentant légal.")
    with transaction.atomic():
        for line in reachable:
            with moving(line, LineMove.RELEASE, by=by, at=at) as (current, event):
                current.released_at = event.at
                event.note(email=current.representative, service=current.service_name)
                enqueue(effects.invite_representative, event=event, line_id=current.pk)
    return len(reachable)
