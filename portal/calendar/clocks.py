"""A delay that stops while the other side has the next move (a return for corrections, a piece awaited).

A working day counts when the clock was running at midnight, Paris time, as it began. Hence neither the day of the start
nor the day of a resumption counts, and the day of a pause does.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from portal.calendar import working_days
from portal.calendar.deadlines import end_of_day, paris_date, start_of_day


@dataclass(frozen=True, slots=True)
class Pause:
    """A span during which the clock stands still; `end` is None while it lasts. Both are aware instants."""

    start: datetime
    end: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the clock stood still at that instant."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Clock:
    """An allowance of working days counted from an instant, less the pauses."""

    started_at: datetime
    allowance: int
    pauses: tuple[Pause, ...] = ()

    def is_paused(self, at: datetime) -> bool:
        """Whether the clock stands still at that instant."""
        return any(pause.covers(at) for pause in self.pauses)

    def paused(self, at: datetime) -> "Clock":
        """The clock stopped from that instant on; unchanged when it already stands still."""
        return self if self.is_paused(at) else replace(self, pauses=(*self.pauses, Pause(at)))

    def resumed(self, at: datetime) -> "Clock":
        """The clock running again from that instant on; unchanged when it was running."""
        ended = tuple(replace(pause, end=at) if pause.end is None else pause for pause in self.pauses)
        return replace(self, pauses=ended)

    def due_date(self, now: datetime) -> date | None:
        """The day the allowance is used up, supposing no further pause; None while the clock stands still."""
        if self.is_paused(now):
            return None
        known = replace(self, pauses=tuple(pause for pause in self.pauses if pause.start <= now))
        day, left = paris_date(self.started_at), self.allowance
        if left > 0 and not known.pauses:
            return working_days.add_working_days(day, left)
        while left > 0:
            day = working_days.add_working_days(day, 1)
            left -= known._counts(day)
        return day

    def is_overdue(self, now: datetime) -> bool:
        """Whether the last day of the allowance is over. A clock that stands still is never overdue."""
        due = self.due_date(now)
        return due is not None and now > end_of_day(due)

    def remaining(self, now: datetime) -> int:
        """Working days left after today, negative when late; a clock that stands still keeps its figure."""
        started, today = paris_date(self.started_at), paris_date(now)
        spent = sum(self._counts(day) for day in working_days.days_after(started, today))
        return self.allowance - spent

    def _counts(self, day: date) -> bool:
        return working_days.is_working_day(day) and not self.is_paused(start_of_day(day))
