"""How many requests will be complete before the next cut-off, at the pace of the last months."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Forecast:
    """What waits, the working days left until the cut-off, and what the pace promises.

    `pace` counts the requests declared complete in `period` working days of the past.
    """

    cut_off: date | None
    days_left: int
    submitted: int
    under_review: int
    complete: int
    pace: int
    period: int

    @property
    def expected(self) -> int:
        """The requests that the pace of the past would complete in time, those there are at most."""
        if not self.period or self.days_left <= 0:
            return 0
        return min(round(self.pace * self.days_left / self.period), self.open)

    @property
    def open(self) -> int:
        """The requests on the agency's turn that are not complete."""
        return self.submitted + self.under_review

    @property
    def left(self) -> int:
        """Those that would wait for the session after."""
        return self.open - self.expected

    @property
    def agenda(self) -> int:
        """The points that the next session may expect."""
        return self.complete + self.expected
