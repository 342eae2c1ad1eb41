"""The clock's part: counts of calls that nobody reads any more, and reports that nobody sends again."""

from datetime import datetime, timedelta

from portal.calendar.deadlines import paris_date
from portal.calendar.schedule import every

from . import operations

KEPT = timedelta(days=366)
SENT_AGAIN = timedelta(days=7)  # a report is sent again within minutes


@every(seconds=24 * 3600)
def forget_calls(now: datetime) -> int:
    """Drops the counts of calls older than a year; returns how many."""
    return operations.forget_calls(before=paris_date(now) - KEPT)


@every(seconds=24 * 3600)
def forget_reports(now: datetime) -> int:
    """Drops the digests of reports that nobody sends again; returns how many."""
    return operations.forget_reports(before=now - SENT_AGAIN)
