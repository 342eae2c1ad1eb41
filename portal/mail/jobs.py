"""The clock's part: the daily summaries, the mails that come back."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from portal.calendar.schedule import every

from . import operations, queries


@every(seconds=300)
def send_summaries(now: datetime) -> int:
    """Sends each person the summary of what was held back for him and is due; returns how many left."""
    persons = list(queries.lines_due(now).order_by("user_id").values_list("user_id", flat=True).distinct())
    return sum(operations.send_summary(user, at=now) is not None for user in persons)


@every(seconds=60)
def read_returns(now: datetime) -> int:
    """Reads what the mail server left in `BOUNCES_MAILDIR`; nothing without that setting."""
    return operations.read_returns(Path(settings.BOUNCES_MAILDIR), at=now).read if settings.BOUNCES_MAILDIR else 0


@every(seconds=3600)
def lift_doubts(now: datetime) -> int:
    """Clears the addresses from which nothing has come back for five days."""
    return operations.lift_doubts(at=now)
