"""The clock of what is in force: the committee's answers, ends of service, yearly confirmations and reminders."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from portal.calendar.deadlines import paris_date
from portal.calendar.schedule import every
from portal.lifecycle.errors import Refusal
from portal.parameters import queries as parameters

from . import queries
from .models import YearlyConfirmation
from .operations import confirming, declaring

logger = logging.getLogger(__name__)
MONTH = timedelta(days=30.44)  # the mean month: a period is never counted to the day
REMINDERS = (15, 30, 60)  # days after the demand
T = TypeVar("T")


def _each(rows: Iterable[T], act: Callable[[T], object]) -> int:
    """Acts on each; one that is refused does not hold the others."""
    done = 0
    for row in rows:
        try:
            act(row)
            done += 1
        except Refusal as refusal:
            logger.error("%s cannot be followed: %s", row, refusal.sentence)
    return done


@every(seconds=60)
def follow_committee(now: datetime) -> int:
    """Gives declarations the committee's answer."""
    return _each(queries.waiting_for_committee(), lambda row: declaring.follow_committee(row, at=now))


@every(seconds=600)
def end_services(now: datetime) -> int:
    """Closes, on their day, the rights of the services whose end was accepted."""
    return _each(queries.ends_due(paris_date(now)), lambda row: declaring.end_due(row, at=now))


@every(seconds=6 * 3600)
def ask_confirmations(now: datetime) -> int:
    """Asks for a confirmation once a period (setting)."""
    period = parameters.integer("confirmation.period_months", at=now) * MONTH
    return _each(queries.grants_to_ask(before=now - period), lambda grant: confirming.ask(grant, at=now))


@every(seconds=6 * 3600)
def remind_confirmations(now: datetime) -> int:
    """Asks again those who are silent, three times."""
    waiting = YearlyConfirmation.objects.awaited().filter(reminders__lt=len(REMINDERS))
    due = [row for row in waiting if now - row.asked_at >= timedelta(days=REMINDERS[row.reminders])]
    return _each(due, lambda row: confirming.remind(row, at=now))
