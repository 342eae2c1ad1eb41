"""Lives of dossiers laid on the calendar, and played in the order of time, as many dossiers at once as in real life."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from portal.calendar.deadlines import PARIS, paris_date
from portal.calendar.working_days import add_working_days

from .pki import Pki
from .story import STEPS, Dossier
from .tale import Step, Tale

Turn = Callable[[Dossier], None]
PACE: Mapping[Step, int] = {  # working days after the step before
    Step.VERIFY_CLAIM: 2,
    Step.FILL: 3,
    Step.LIST: 2,
    Step.TAKE: 2,
    Step.COMPLETE: 5,
    Step.TEST_CERTIFICATE: 6,
    Step.SANDBOX: 3,
    Step.REPORT: 12,
    Step.VERIFY_TESTS: 4,
    Step.PRODUCTION_CERTIFICATE: 5,
    Step.CONFIRM_LIST: 2,
    Step.ATTESTATION: 3,
    Step.PRODUCTION_CONNECTION: 2,
    Step.PROPOSE: 2,
}
_OPENING, _MINUTES = 9, 7 * 60  # offices open at 9; acts fall within seven hours


@dataclass(frozen=True)
class Later:
    """Something that happens `days` working days after a step, at `hour` and a bit, in Paris."""

    step: Step
    days: int
    turn: Turn


@dataclass(frozen=True)
class Life:
    """A tale and how it went: as far as `until`, decided at `session` or ended `ago` working days ago.

    `turns` replaces what steps usually do; `later` adds what no step says.
    """

    tale: Tale
    until: Step = Step.APPROVE
    session: int | None = None
    ago: int = 1
    turns: Mapping[Step, Turn] = field(default_factory=dict)
    later: Sequence[Later] = ()


@dataclass(order=True)
class Act:
    """What happens at an instant; acts of one instant keep the order in which they were written."""

    at: datetime
    rank: int
    do: Callable[[datetime], None] = field(compare=False)


@dataclass
class Chronicle:
    """All that happens until `now`; what would come after is left out."""

    now: datetime
    pki: Pki
    sessions: Sequence[date]
    acts: list[Act] = field(default_factory=list)
    _ranks: "count[int]" = field(default_factory=count)

    def on(self, at: datetime, do: Callable[[datetime], None]) -> None:
        """Notes an act, unless it lies in the future."""
        if at < self.now:
            self.acts.append(Act(at, next(self._ranks), do))

    def add(self, rank: int, life: Life) -> Dossier:
        """Lays a life on the calendar; returns its dossier, still empty."""
        dossier = Dossier(life.tale, self.pki, self.now)
        days = self._days(rank, life)
        for step, day in days.items():
            self.on(moment(day, rank * 37 + step * 53), _stepping(dossier, step, life.turns.get(step, STEPS[step])))
        for number, one in enumerate(life.later, start=1):
            day = add_working_days(days[one.step], one.days)
            self.on(moment(day, rank * 37 + number * 71), _turning(dossier, one.turn))
        return dossier

    def _days(self, rank: int, life: Life) -> dict[Step, date]:
        """The day of each step; the decision belongs to the session and is not among them."""
        steps = [step for step in life.tale.steps if step <= life.until]
        if life.session is None:
            return _backwards(steps, add_working_days(paris_date(self.now), -life.ago))
        held_on = self.sessions[life.session]
        before = [step for step in steps if step < Step.DECIDE]
        after = [step for step in steps if step > Step.DECIDE]
        return _backwards(before, add_working_days(held_on, -(13 + rank % 6))) | _forwards(after, held_on)

    def play(self, after: Callable[[datetime], None]) -> None:
        """Makes everything happen, in order; `after` is called with each instant, once what it asks for is done."""
        for act in sorted(self.acts):
            act.do(act.at)
            after(act.at)


def moment(day: date, minutes: int) -> datetime:
    """An instant of a day during office hours, in Paris; `minutes` is any number and says which."""
    opening = datetime.combine(day, time(_OPENING), PARIS)
    return opening + timedelta(minutes=minutes % _MINUTES)


def _backwards(steps: Sequence[Step], last: date) -> dict[Step, date]:
    days, day = {}, last
    for step in reversed(steps):
        days[step] = day
        day = add_working_days(day, -PACE.get(step, 1))
    return dict(reversed(days.items()))


def _forwards(steps: Sequence[Step], start: date) -> dict[Step, date]:
    days, day = {}, start
    for step in steps:
        day = add_working_days(day, PACE.get(step, 1))
        days[step] = day
    return days


def _stepping(dossier: Dossier, step: Step, turn: Turn) -> Callable[[datetime], None]:
    def do(at: datetime) -> None:
        dossier.now = at
        turn(dossier)
        dossier.reached = step

    return do


def _turning(dossier: Dossier, turn: Turn) -> Callable[[datetime], None]:
    def do(at: datetime) -> None:
        dossier.now = at
        turn(dossier)

    return do
