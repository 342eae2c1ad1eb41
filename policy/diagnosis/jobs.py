"""The clock's part: calls are forgotten after a month."""

from datetime import datetime

from portal.calendar.schedule import every

from . import operations


@every(seconds=24 * 3600)
def forget_old_calls(now: datetime) -> None:
    """Forgets what nobody will ask about any more."""
    operations.forget(now)
