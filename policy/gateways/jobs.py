"""The clock's part: counts of calls that nobody reads any more."""

from datetime import datetime, timedelta

from portal.calendar.deadlines import paris_date
from portal.calendar.schedule import every

from . import operations

KEPT = timedelta(days=366)


@every(seconds=24 * 3600)
def forget_calls(now: datetime) -> int:
    """Drops the counts of calls older than a year; returns how many."""
    return operations.forget_calls(before=paris_date(now) - KEPT)
