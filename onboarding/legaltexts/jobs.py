"""The clock's part: versions that take effect, reminders to sign, the agency told once a date is past."""

from datetime import datetime
from itertools import groupby

from portal.calendar.deadlines import paris_date
from portal.calendar.schedule import every
from portal.parameters import queries as parameters

from . import operations, queries, reminders
from .models import SignatureCall

AT_ONCE = 500


@every(seconds=60)
def take_effect(now: datetime) -> int:
    """Puts in force the versions whose day has come."""
    versions = queries.due(paris_date(now))
    for version in versions:
        operations.take_effect(version, at=now)
    return len(versions)


@every(seconds=3600)
def chase_signatures(now: datetime) -> int:
    """Reminds those who have still to sign, and tells the agency of those who are late; returns how many moved."""
    today = paris_date(now)
    calls = SignatureCall.objects.awaited().select_related(*operations.CALLED).order_by("text_version_id", "pk")
    late = list(calls.filter(due_date__lt=today)[:AT_ONCE])
    for _, group in groupby(late, key=lambda call: call.text_version_id):
        operations.escalate(list(group), at=now)
    return len(late) + _remind(now)


def _remind(now: datetime) -> int:
    days, today = parameters.value("texts.reminder_days", at=now), paris_date(now)
    thresholds = days if isinstance(days, list) else []
    waiting = SignatureCall.objects.awaited().filter(due_date__gte=today).select_related(*operations.CALLED)
    sent = 0
    for call in waiting.order_by("due_date", "pk")[:AT_ONCE]:
        due = reminders.due(call.due_date, today, thresholds, call.reminded_days)
        if due is not None:
            operations.remind(call, due, at=now)
            sent += 1
    return sent
