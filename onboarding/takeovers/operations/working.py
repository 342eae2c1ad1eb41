"""The worker's part of a take-over: it examines the lines of a file, then creates what a second person confirmed.

A step takes the lines of one legal entity, in one short transaction under the lock of the file: a worker that dies
loses nothing, two never do the same line, and nobody waits for a thousand of them.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction

from onboarding.takeovers import queries, sheet
from onboarding.takeovers.lifecycle import LineMove, LineState, Move, State
from onboarding.takeovers.models import TakeOver, TakeOverLine
from onboarding.takeovers.operations import creating
from policy.certificates.checks import Outcome
from policy.certificates.operations import NotAcceptable
from policy.grants.models import Grant
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refusal, Refused
from portal.lifecycle.operations import moving, rehearsing
from portal.reference import queries as reference

logger = logging.getLogger(__name__)
BROKEN = "Ligne {} : le portail n’a pas su la lire, l’exploitation en est prévenue. Saisissez ce service à la main."
STEP = 25  # lines of one round of the clock, more or less: its other jobs wait a second or two

FOUND = {LineState.READY: LineMove.EXAMINE, LineState.KNOWN: LineMove.RECOGNISE, LineState.REFUSED: LineMove.REFUSE}


def work_on(takeover: TakeOver, *, at: datetime, most: int = STEP) -> int:
    """Examines or creates some lines more, and ends the file with the last; returns how many lines were done."""
    done = 0
    while done < most and (step := _step(takeover, at=at)):
        done += step
    return done


def _step(takeover: TakeOver, *, at: datetime) -> int:
    with transaction.atomic():
        current = TakeOver.objects.select_for_update(of=("self",)).get(pk=takeover.pk)
        if current.state == State.EXAMINING:
            return _examine_some(current, at=at)
        return _create_one(current, at=at) if current.state == State.CREATING else 0


def _examine_some(takeover: TakeOver, *, at: datetime) -> int:
    """The lines of the next legal entity, judged as they would be created one after the other, then undone."""
    waiting = list(takeover.lines.filter(state=LineState.WAITING).order_by("number"))
    if not waiting:
        _end_examination(takeover, at=at)
        return 0
    entity = queries.named(waiting[0].cells)
    lines = [line for line in waiting if entity & queries.named(line.cells)] or waiting[:1]
    regions, by = reference.regions_at(paris_date(at)), takeover.proposed_by
    with rehearsing():
        made: dict[int, int] = {}
        for line in lines:
            _judge(line, regions, made, by=by, at=at)
    for line in lines:
        _record(line, at=at)
    return len(lines)


def _record(judged: TakeOverLine, *, at: datetime) -> None:
    """Keeps what the examination found of a line."""
    with moving(judged, FOUND[LineState(judged.state)], by=None, at=at) as (current, event):
        current.sentences, current.completion, current.grant = judged.sentences, judged.completion, judged.grant
        event.note(grant=judged.grant.reference if judged.grant else "", why=" ".join(judged.sentences))


def _end_examination(takeover: TakeOver, *, at: datetime) -> None:
    with moving(takeover, Move.EXAMINE, by=None, at=at) as (current, event):
        states = list(current.lines.values_list("state", flat=True))
        event.note(ready=states.count(LineState.READY), known=states.count(LineState.KNOWN))
        event.note(refused=states.count(LineState.REFUSED))


def _judge(line: TakeOverLine, regions: Collection[str], rehearsed: dict[int, int], *, by: Any, at: datetime) -> None:
    """Writes on the line, unsaved, what it is worth and the exact preview of what it would create.

    `rehearsed` are the rights that the lines before it would give, with their numbers.
    """
    try:
        taken = sheet.understand(line.as_read, today=paris_date(at), regions=regions)
    except sheet.Unclear as unclear:
        line.state, line.sentences = LineState.REFUSED, list(unclear.sentences)
        return
    line.completion = taken.completion
    if known := queries.known_right(taken):
        if known.pk in rehearsed:
            same = f"Ligne {line.number} : même service et même sens que la ligne {rehearsed[known.pk]}."
            line.state, line.sentences = LineState.REFUSED, [same]
            return
        line.state, line.sentences, line.grant = LineState.KNOWN, [_already(known)], known
        return
    try:
        with transaction.atomic():
            made = creating.create(taken, source="Reprise", by=by, at=at)
    except Refusal as refusal:
        line.state, line.sentences = LineState.REFUSED, list(_why(line.number, refusal))
        return
    except OperationalError:  # the database is away: the next round tries again
        raise
    except Exception:  # whatever a cell did, the other lines and files go on
        logger.exception("line %s cannot be examined", line.number)
        line.state, line.sentences = LineState.REFUSED, [BROKEN.format(line.number)]
        return
    assert made.grant is not None  # what was created
    rehearsed[made.grant.pk] = line.number
    line.state, line.sentences = LineState.READY, made.sentences


def _already(known: Grant) -> str:
    return f"Déjà là : habilitation {known.reference} ; la ligne ne change rien."


def _why(number: int, refusal: Refusal) -> tuple[str, ...]:
    """What to mend: each bad check of a certificate with its remedy, or the sentence of the refusal."""
    if isinstance(refusal, NotAcceptable):
        bad = [one for one in refusal.checks if one.outcome is Outcome.BAD]
        return tuple(f"Ligne {number}, certificat, {one.label.lower()} : {one.sentence} {one.remedy}" for one in bad)
    return (f"Ligne {number} : {refusal.sentence}",)


def _create_one(takeover: TakeOver, *, at: datetime) -> int:
    """The next line, in the name of who confirmed; one that would now give anything else is refused alone."""
    line = takeover.lines.filter(state=LineState.READY).select_related("takeover").order_by("number").first()
    if line is None:
        _finish(takeover, at=at)
        return 0
    _create(line, takeover, reference.regions_at(paris_date(at)), by=takeover.settled_by, at=at)
    return 1


def _finish(takeover: TakeOver, *, at: datetime) -> None:
    with moving(takeover, Move.FINISH, by=None, at=at) as (current, event):
        states = list(current.lines.values_list("state", flat=True))
        created = sum(state in queries.CREATED for state in states)
        event.note(confirmer=current.settled_by, created=created, left=len(states) - created)


def _create(line: TakeOverLine, takeover: TakeOver, regions: Collection[str], *, by: Any, at: datetime) -> None:
    """Creates one line, all of it or nothing."""
    try:
        taken = sheet.understand(line.as_read, today=paris_date(at), regions=regions)
    except sheet.Unclear as unclear:  # the rules of a line have changed since its preview
        _refuse(line, unclear.sentences, at=at)
        return
    if known := queries.known_right(taken):
        with moving(line, LineMove.RECOGNISE, by=None, at=at) as (current, event):
            current.grant, current.sentences = known, [_already(known)]
            event.note(grant=known.reference)
        return
    try:
        with moving(line, LineMove.CREATE, by=by, at=at) as (current, event):
            made = creating.create(taken, source=f"Reprise {takeover}", by=by, at=at)
            if made.sentences != current.sentences:
                raise Refused("la situation a changé depuis l’aperçu : envoyez la ligne dans un nouveau fichier.")
            current.grant = made.grant
            event.note(service=current.service_name, grant=str(made.grant))
    except Refusal as refusal:
        _refuse(line, _why(line.number, refusal), at=at)
    except OperationalError:
        raise
    except Exception:
        logger.exception("line %s of %s cannot be created", line.number, takeover)
        _refuse(line, [BROKEN.format(line.number)], at=at)


def _refuse(line: TakeOverLine, why: Sequence[str], *, at: datetime) -> None:
    """The line keeps what is to mend; nothing was created."""
    with moving(line, LineMove.REFUSE, by=None, at=at) as (current, event):
        current.sentences = list(why)
        event.note(why=" ".join(why))
