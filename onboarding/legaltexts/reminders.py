"""Which reminder is due before a date."""

from collections.abc import Collection, Iterable
from datetime import date


def due(due_date: date, today: date, thresholds: Iterable[int], sent: Collection[int]) -> int | None:
    """The most urgent threshold (days before the date) reached and not yet told; None when there is none.

    After days without a clock, only the most urgent reminder leaves: those it overtakes are not sent late.
    """
    left = (due_date - today).days
    reached = [days for days in thresholds if left <= days]
    if not reached:
        return None
    urgent = min(reached)
    return None if any(days <= urgent for days in sent) else urgent
