"""The clock's part: examining the files proposed, creating what those confirmed tell, a few lines at a time."""

from datetime import datetime

from portal.calendar.schedule import every

from . import operations, queries


@every(seconds=5)
def work_on_takeover(now: datetime) -> int:
    """Works on the oldest file that waits for it; returns how many lines were done."""
    waiting = queries.being_worked_on()
    return operations.work_on(waiting, at=now) if waiting else 0
