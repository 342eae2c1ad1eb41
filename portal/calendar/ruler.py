"""Working days counted along a span once, so that thousands of delays cost one walk through the calendar."""

from datetime import date, timedelta
from functools import lru_cache

from portal.calendar.working_days import is_working_day


class Ruler:
    """Counts working days between two days of a span as `working_days.working_days_between` does."""

    def __init__(self, first: date, last: date) -> None:
        """Walks from `first` to `last`, both included."""
        self._first = first.toordinal()
        self._marks = [0]
        for offset in range(1, (last - first).days + 1):
            self._marks.append(self._marks[-1] + is_working_day(first + timedelta(days=offset)))

    def between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and including `end`. Raises IndexError outside the span."""
        return self._at(end) - self._at(start)

    def _at(self, day: date) -> int:
        place = day.toordinal() - self._first
        if place < 0:
            raise IndexError("before the span")
        return self._marks[place]


@lru_cache(maxsize=256)
def along(first: date, last: date) -> Ruler:
    """The ruler of a span, walked once."""
    return Ruler(first, last)
