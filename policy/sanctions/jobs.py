"""The clock of measures: what was stopped from the whitelist is regularised too, and emergencies are not forgotten."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from portal.calendar.deadlines import paris_date
from portal.calendar.schedule import every
from portal.lifecycle.errors import Refusal

from . import operations, queries
from .models import Sanction

logger = logging.getLogger(__name__)
T = TypeVar("T")


def _each(rows: Iterable[T], act: Callable[[T], object]) -> int:
    """Acts on each; one that is refused does not hold the others."""
    done = 0
    for row in rows:
        try:
            done += act(row) is not None
        except Refusal as refusal:
            logger.error("%s cannot be followed: %s", row, refusal.sentence)
    return done


@every(seconds=60)
def follow_entries(now: datetime) -> int:
    """Opens the measure of each entry stopped from its own page, and ends those whose entry or right moved on."""

    def over(one: Sanction) -> Sanction:
        entry = one.entry
        assert entry is not None  # the query asks for it
        operations.note_lifting(one, why=f"inscription {entry} : {entry.get_state_display().lower()}", at=now)
        return one

    def closed(one: Sanction) -> Sanction:
        operations.note_lifting(one, why=f"habilitation {one.grant} retirée", at=now)
        return one

    opened = _each(queries.stopped_entries(), lambda entry: operations.note_emergency(entry, at=now))
    return opened + _each(queries.reopened(), over) + _each(queries.ended(), closed)


@every(seconds=60)
def cover_rights(now: datetime) -> int:
    """Closes the rights that a suspension of their service missed, granted while it was being decided."""
    return _each(queries.escaping(), lambda grant: operations.cover(grant, by=None, at=now) or None)


@every(seconds=3600)
def remind_emergencies(now: datetime) -> int:
    """Reminds, once each, the emergencies that were not regularised in time."""

    def remind(one: Sanction) -> Sanction:
        operations.remind(one, at=now)
        return one

    return _each(queries.overdue(paris_date(now)), remind)
