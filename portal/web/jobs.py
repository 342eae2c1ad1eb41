"""The clock's part: form keys are forgotten once nobody can send the form again."""

from datetime import datetime, timedelta

from portal.calendar.schedule import every

from .models import Submission

KEPT = timedelta(days=2)  # longer than any session


@every(seconds=3600)
def forget_submissions(now: datetime) -> int:
    """Drops the keys of forms sent long ago; returns how many."""
    dropped, _ = Submission.objects.filter(at__lt=now - KEPT).delete()
    return dropped
