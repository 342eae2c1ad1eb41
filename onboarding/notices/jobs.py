"""The clock's part: maintenances that are over, newcomers to tell, readings that are late."""

from datetime import datetime, timedelta

from portal.calendar.deadlines import paris_date
from portal.calendar.schedule import every

from . import queries
from .kinds import Kind
from .models import Notice, NoticeReading
from .operations import notices

REMINDED_BEFORE = timedelta(days=3)
AT_ONCE = 200


@every(seconds=60)
def end_past_maintenances(now: datetime) -> int:
    """Ends the maintenances whose announced end is past; an incident ends only when somebody says so."""
    past = Notice.objects.published().filter(kind=Kind.MAINTENANCE, ends_at__lte=now).order_by("ends_at", "pk")
    found = list(past[:AT_ONCE])
    for notice in found:
        notices.end_past_window(notice, at=now)
    return len(found)


@every(seconds=600)
def tell_newcomers(now: datetime) -> int:
    """Tells current notices to those whom they concern since their publication; returns how many were told."""
    return sum(notices.catch_up(notice, at=now) for notice in queries.current(at=now))


@every(seconds=3600)
def remind_late_readings(now: datetime) -> int:
    """Reminds, once and three days before the date, those who have not confirmed."""
    horizon = paris_date(now) + REMINDED_BEFORE
    late = NoticeReading.objects.waiting().filter(notice__read_by_date__lte=horizon, reminded_at=None)
    late = late.filter(told_at__lte=now - REMINDED_BEFORE)  # a newcomer has just been told
    found = list(late.select_related("notice", "legal_entity").order_by("pk")[:AT_ONCE])
    for reading in found:
        notices.remind(reading, at=now)
    return len(found)
