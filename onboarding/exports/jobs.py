"""The clock's part: making the exports that wait, emptying those past their time."""

from datetime import datetime

from portal.calendar.schedule import every

from . import operations, queries


@every(seconds=5)
def make_waiting_export(now: datetime) -> int:
    """Makes the oldest export that waits; one at a time, so that the clock's other jobs wait little."""
    waiting = queries.waiting(now)
    return int(operations.make(waiting, at=now)) if waiting else 0


@every(seconds=3600)
def empty_past_exports(now: datetime) -> int:
    """Empties the exports past their time."""
    past = queries.past(now)
    for export in past:
        operations.empty(export, at=now)
    return len(past)
