"""The clock's part: ended sessions go, and so do attempts at signing in once their year is over (CNIL 2021-122)."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session

from portal.calendar.schedule import every

ATTEMPTS_KEPT = timedelta(days=365)
ATTEMPTS = (AccessAttempt, AccessFailureLog, AccessLog)


@every(seconds=24 * 3600)
def forget_sessions(now: datetime) -> int:
    """Drops expired sessions; returns how many."""
    dropped, _ = Session.objects.filter(expire_date__lt=now).delete()
    return dropped


@every(seconds=24 * 3600)
def forget_attempts(now: datetime) -> int:
    """Drops the traces of attempts older than a year; returns how many."""
    before = now - ATTEMPTS_KEPT
    return sum(model.objects.filter(attempt_time__lt=before).delete()[0] for model in ATTEMPTS)
