"""The delays of a request: the agency's own, which stands still while the vendor has the turn, and that of the law.

The agency's runs from the first deposit (from the next one, after the committee deferred) to completeness, in working
days. That of the law runs from the last deposit, whose receipt announced its end, until the decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from onboarding.candidacies.acknowledgement import months_after
from onboarding.candidacies.lifecycle import State
from portal.calendar.clocks import Clock, Pause
from portal.calendar.deadlines import paris_date
from portal.calendar.ruler import Ruler

REVIEWED = frozenset({State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED})  # the agency's delay runs or is paused
DECIDABLE = frozenset({State.SUBMITTED, State.UNDER_REVIEW, State.COMPLETE})  # the delay of the law runs


@dataclass(frozen=True, slots=True)
class Past:
    """What was done on a request, each in order: its deposits, its returns, the last time the committee deferred it."""

    deposits: Sequence[datetime] = ()
    returns: Sequence[datetime] = ()
    deferred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings: working days that a review may take, months of silence that mean a decision."""

    allowance: int
    silence_months: int


@dataclass(frozen=True, slots=True)
class Delays:
    """Where the delays of a request stand. `due` and `left` (working days) are None once it is complete.

    `silence_on` is the day on which silence would mean a decision, None while it stands still.
    """

    due: date | None = None
    left: int | None = None
    is_paused: bool = False
    silence_on: date | None = None

    @property
    def is_late(self) -> bool:
        """Whether the last day is over; a delay that stands still is never late."""
        return self.left is not None and self.left < 0 and not self.is_paused


def delays(state: State, past: Past, rules: Rules, ruler: Ruler, now: datetime) -> Delays:
    """The delays at `now`; the ruler covers everything since the first deposit."""
    if not past.deposits:
        return Delays()
    silence_on = months_after(paris_date(past.deposits[-1]), rules.silence_months) if state in DECIDABLE else None
    if state not in REVIEWED:
        return Delays(silence_on=silence_on, is_paused=state is State.DEFERRED)
    clock = running(past, rules.allowance)
    return Delays(clock.due_date(now), left(clock, ruler, now), clock.is_paused(now), silence_on)


def running(past: Past, allowance: int) -> Clock:
    """The agency's clock: paused from each return to the next deposit."""
    start = next((at for at in past.deposits if past.deferred_at is None or at > past.deferred_at), past.deposits[-1])
    pauses = tuple(
        Pause(returned, next((at for at in past.deposits if at > returned), None))
        for returned in past.returns
        if returned > start
    )
    return Clock(start, allowance, pauses)


def left(clock: Clock, ruler: Ruler, now: datetime) -> int:
    """What `Clock.remaining` says, without walking through the days: many clocks are read at once."""
    today = paris_date(now)
    spent = ruler.between(paris_date(clock.started_at), today)
    for pause in clock.pauses:
        spent -= ruler.between(paris_date(pause.start), paris_date(pause.end) if pause.end else today)
    return clock.allowance - spent
