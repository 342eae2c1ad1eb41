"""Verbs on take-overs: propose a file, confirm its exact preview by a second person, set aside, release."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from onboarding.establishments import tabular
from onboarding.takeovers import effects, queries, sheet
from onboarding.takeovers.lifecycle import LineMove, LineState, Move
from onboarding.takeovers.models import TakeOver, TakeOverLine
from onboarding.takeovers.operations.working import work_on
from onboarding.takeovers.sheet import Line
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue


def propose(name: str, data: bytes, *, by: Any, at: datetime) -> TakeOver:
    """A manager sends the file: its lines are kept, and the worker then says what each of them would create.

    Nothing but the file's own lines is kept. Raises Refused, naming the field `file`, for a file that is no such sheet.
    """
    lines = _lines(data)
    takeover = TakeOver(
        file_name=name[:200], file_sha256=hashlib.sha256(data).hexdigest(), proposed_by=by, proposed_at=at
    )
    with moving(takeover, Move.PROPOSE, by=by, at=at) as (current, event):
        current.reference = next_reference("RP", event.at)
        current.save()  # before its lines, which name it
        TakeOverLine.objects.bulk_create(_kept(current, line) for line in lines)
        event.note(file=current.file_name, lines=f"{len(lines)} ligne{'s' if len(lines) > 1 else ''}")
    return takeover


def _lines(data: bytes) -> list[Line]:
    try:
        return sheet.lines(tabular.read(data, longest=sheet.READ))
    except (tabular.UnreadableTable, sheet.UnreadableSheet) as error:
        raise Refused(error.sentence, field="file") from error


def _kept(takeover: TakeOver, line: Line) -> TakeOverLine:
    return TakeOverLine(
        takeover=takeover,
        number=line.number,
        cells=dict(line.cells),
        state=LineState.WAITING,
        service_name=line.get(sheet.Column.SERVICE)[:120],
        representative=line.get(sheet.Column.REPRESENTATIVE)[:254],
    )


def confirm(takeover: TakeOver, *, by: Any, at: datetime) -> None:
    """Another manager has the worker create what the preview said. No mail leaves: `release` invites the vendors.

    Refused to who may not read every line: nobody confirms what he was not shown.
    """
    with moving(takeover, Move.CONFIRM, by=by, at=at) as (current, event):
        if queries.closed_lines(current, by):
            raise Refused(queries.CLOSED)
        current.settled_by, current.settled_at = by, event.at
        event.note(ready=current.lines.filter(state=LineState.READY).count())


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


__all__ = ["confirm", "propose", "release", "set_aside", "work_on"]
