"""Verbs on long exports: ask for one, make it (the worker), give it up, empty it."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from django.db.models import F, Q

from onboarding.desk import columns, filters
from onboarding.desk.columns import Column
from onboarding.desk.queries import dossiers
from onboarding.exports import effects
from onboarding.exports.lifecycle import Move, State
from onboarding.exports.models import Export
from onboarding.exports.queries import AGAIN
from onboarding.workbench.models import LONGEST_QUERY
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.web import spreadsheet

logger = logging.getLogger(__name__)
KEPT = timedelta(days=1)
STEP = 500  # rows between two signs of progress
TRIES = 3
BROKEN = (
    "Une erreur du portail a empêché cet export, à plusieurs reprises. Demandez-le à nouveau, ou prenez le CSV ; si "
    "l’échec se répète, signalez-le à l’administrateur avec cette référence."
)
TOO_LONG = "La liste dépasse ce qu’un classeur contient : filtrez-la, ou exportez-la en CSV."


class Broken(Exception):
    """An export that no worker came to the end of."""


def ask(query: str, shown: Sequence[Column], *, by: Any, at: datetime | None = None) -> Export:
    """An agent asks for a workbook of the list with these filters (as in an address) and these columns.

    Raises Refused for filters too long to be kept.
    """
    asked = filters.read(parse_qs(query))
    export = Export(owner=by, query=asked.query, columns=[column.value for column in shown])
    if len(asked.query) > LONGEST_QUERY:
        raise Refused("Ces filtres sont trop longs pour être gardés : raccourcissez la recherche.")
    export.total = dossiers.narrowed(by, asked).count()
    with moving(export, Move.ASK, by=by, at=at) as (current, event):
        current.reference, current.asked_at = next_reference("EX", event.at), event.at
        event.note(total=current.total)
    return export


def make(export: Export, *, at: datetime) -> bool:
    """The worker writes the workbook and says how far it is, outside any transaction; False when another is at it."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=at - AGAIN)
    claim = Export.objects.filter(free, pk=export.pk, state=State.QUEUED)
    if not claim.update(claimed_at=at, done=0, tries=F("tries") + 1):
        return False
    export.refresh_from_db(fields=["tries"])
    try:
        if export.tries > TRIES:  # the workers that took it died
            raise Broken
        content = spreadsheet.workbook(_titles(export), _rows(export), sheet="Dossiers")
    except spreadsheet.TooManyRows:
        _give_up(export, TOO_LONG, at=at)
        return True
    except Exception:  # whatever it is, the asker learns it and the clock goes on
        if export.tries < TRIES:
            raise
        logger.exception("export %s fails at each try", export)
        _give_up(export, BROKEN, at=at)
        return True
    with moving(export, Move.FINISH, by=None, at=at) as (current, event):
        current.content, current.expires_at, current.done = content, event.at + KEPT, current.total
        event.note(rows=current.total)
    return True


def _titles(export: Export) -> list[str]:
    return ["Dossier", *(column.label for column in columns.read(export.columns))]


def _rows(export: Export) -> Iterator[list[Any]]:
    """The rows that the owner may see now; every STEP of them the progress is written down."""
    shown = columns.read(export.columns)
    found = dossiers.every(export.owner, filters.read(parse_qs(export.query)), shown)
    for count, row in enumerate(found, start=1):
        if count % STEP == 0:
            Export.objects.filter(pk=export.pk).update(done=count)
        yield [row["reference"], *(columns.cell(column, row) for column in shown)]


def _give_up(export: Export, why: str, *, at: datetime) -> None:
    with moving(export, Move.FAIL, by=None, at=at) as (current, event):
        current.why = why
        event.note(why=why)
        enqueue(effects.tell_failure, event=event, reference=current.reference)


def empty(export: Export, *, at: datetime) -> None:
    """The file of an export past its time goes; what was asked stays told."""
    with moving(export, Move.EXPIRE, by=None, at=at) as (current, _):
        current.content = None
