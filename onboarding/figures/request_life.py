"""The life of one request told as spans: from what was done on it, in order, with the day of each act."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from onboarding.figures.delays import Span, Stage

SUBMIT, TAKE, RETURN = "submit", "take", "return_to_vendor"
COMPLETE, DECIDE = "declare_complete", "decide"
PACED = (SUBMIT, TAKE, RETURN, COMPLETE)  # moves of a candidacy that open or close a stage


@dataclass(frozen=True, slots=True)
class Act:
    """A move of the request, or its decision."""

    name: str
    on: date


def spans(acts: Sequence[Act]) -> list[Span]:
    """The stages of one request that came to their end."""
    turns = tuple(_vendor_turns(acts))
    found = list(_waits(acts))
    taken, complete, decided = _first(acts, TAKE), _last(acts, COMPLETE), _last(acts, DECIDE)
    deposited = _first(acts, SUBMIT)
    if taken and complete:
        found.append(Span(Stage.REVIEW, taken, complete, turns))
    if complete and decided and complete <= decided:
        found.append(Span(Stage.COMMITTEE, complete, decided))
    if deposited and decided:
        found.append(Span(Stage.WHOLE, deposited, decided, turns))
    return found


def _waits(acts: Iterable[Act]) -> Iterator[Span]:
    """Each deposit until it was taken in charge; one that was never taken waits still."""
    waiting: date | None = None
    for act in acts:
        if act.name == SUBMIT:
            waiting = act.on
        elif act.name == TAKE and waiting:
            yield Span(Stage.TAKE, waiting, act.on)
            waiting = None


def _vendor_turns(acts: Iterable[Act]) -> Iterator[tuple[date, date]]:
    """From each return to the next deposit."""
    since: date | None = None
    for act in acts:
        if act.name == RETURN:
            since = act.on
        elif act.name == SUBMIT and since:
            yield since, act.on
            since = None


def _first(acts: Iterable[Act], name: str) -> date | None:
    return next((act.on for act in acts if act.name == name), None)


def _last(acts: Sequence[Act], name: str) -> date | None:
    return _first(reversed(acts), name)
