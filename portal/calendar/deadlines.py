"""Deadlines: what is due on a day may be done until the last second of that day in Paris."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from portal.calendar import working_days

PARIS = ZoneInfo("Europe/Paris")
YEARS = (2000, 2100)  # outside these, an instant that somebody states is a slip of the fingers
_FIRST_SECOND = time(0, 0, 0)
_LAST_SECOND = time(23, 59, 59)


def paris_date(at: datetime) -> date:
    """The day it was in Paris at that instant. Raises ValueError on a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("an instant carries its time zone")
    return at.astimezone(PARIS).date()


def start_of_day(day: date) -> datetime:
    """The first second of that day in Paris, as a UTC instant."""
    return datetime.combine(day, _FIRST_SECOND, PARIS).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last second of that day in Paris, as a UTC instant."""
    return datetime.combine(day, _LAST_SECOND, PARIS).astimezone(UTC)


def due_date(at: datetime, count: int) -> date:
    """The day on which something promised within `count` working days of `at` is due."""
    return working_days.add_working_days(paris_date(at), count)


def due_at(at: datetime, count: int) -> datetime:
    """The last instant of that day."""
    return end_of_day(due_date(at, count))
