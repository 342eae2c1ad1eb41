"""Two acts possible in one state, made at the same instant: the end is that of one after the other (requirement WF-05).

The pairs come from the tables of lifecycles. What a race leaves (which acts were done, the state, the journal, the
effects) must be what one of the two orders leaves on a row of the same kind, or what one act alone leaves where the
other was refused.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import pytest

from portal.audit.models import AuditEvent
from portal.audit.queries import verify
from portal.lifecycle.errors import Refusal
from portal.lifecycle.table import Edge
from portal.lifecycles import all_lifecycles
from portal.outbox.models import OutboxMessage
from tests.factories.at_once import at_once
from tests.factories.lives import LIVES, Life
from tests.factories.lives_around import AROUND

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EVERY = {**LIVES, **AROUND}
FIRST_THEN_SECOND, SECOND_THEN_FIRST = (0, 1), (1, 0)
FIRST_ALONE, SECOND_ALONE = (0,), (1,)  # the other was told that somebody was faster, and left nothing


@dataclass(frozen=True)
class End:
    """What two acts leave."""

    done: frozenset[int]
    state: str
    journal: tuple[tuple[str, int], ...]
    effects: tuple[tuple[str, int], ...]


def pairs(life: Life, state: str) -> Iterator[tuple[str, str]]:
    """The acts that conflict in a state: both leave it, and one of them changes it, or the row."""
    moves, state = life.lifecycle.moves, state.partition(",")[0]
    known = [move for move in life.acts if moves[move].leaves(state)]
    for one, other in combinations_with_replacement(known, 2):
        if _changes(life, one, state) or _changes(life, other, state):
            yield one, other
    for one in known:
        if _changes(life, one, state):
            yield from ((one, other) for other in life.beside)


def _changes(life: Life, move: str, state: str) -> bool:
    edge: Edge = life.lifecycle.moves[move]
    return move in life.also or (edge.target is not None and edge.target != state)


def ended(life: Life, state: str, pair: Sequence[str], run: Callable[[list[Callable[[], Any]]], None]) -> End:
    """What is left of a fresh row in that state, once `run` has made both acts."""
    row = life.bring[state]()
    assert row.state == state.partition(",")[0]  # type: ignore[attr-defined]
    done: set[int] = set()
    known = {**life.acts, **life.beside}
    acts = [_noted(known[move](row), rank, done) for rank, move in enumerate(pair)]
    event = AuditEvent.objects.latest("seq").seq if AuditEvent.objects.exists() else 0
    before = Counter(OutboxMessage.objects.values_list("effect", flat=True))
    run(acts)
    row.refresh_from_db()
    journal = Counter(AuditEvent.objects.filter(seq__gt=event).values_list("action", flat=True))
    effects = Counter(OutboxMessage.objects.values_list("effect", flat=True)) - before
    alike = pair[0] == pair[1]  # two persons, one act: which of them was the first says nothing
    state_now: str = row.state  # type: ignore[attr-defined]
    first = frozenset(range(len(done))) if alike else frozenset(done)
    return End(first, state_now, tuple(sorted(journal.items())), tuple(sorted(effects.items())))


def _noted(act: Callable[[], Any], rank: int, done: set[int]) -> Callable[[], None]:
    """The act, noted when it is done; a refusal is an answer, anything else a fault."""

    def make() -> None:
        try:
            act()
        except Refusal:
            return
        done.add(rank)

    return make


def _in_turn(acts: Sequence[Callable[[], Any]]) -> None:
    for act in acts:
        act()


def _raced(acts: Sequence[Callable[[], Any]]) -> None:
    assert at_once(*acts) == []


@pytest.mark.parametrize(("name", "state"), [(name, state) for name, life in EVERY.items() for state in life.bring])
def test_two_acts_at_once_end_as_one_after_the_other(name: str, state: str) -> None:
    life, wrong, conflicts = EVERY[name], [], 0
    for pair in pairs(life, state):
        raced = ended(life, state, pair, _raced)
        conflicts += bool(raced.done)
        orders = []
        for order in (FIRST_THEN_SECOND, SECOND_THEN_FIRST, FIRST_ALONE, SECOND_ALONE):
            orders.append(ended(life, state, pair, lambda acts, order=order: _in_turn([acts[rank] for rank in order])))
            if raced in orders:
                break
        else:
            wrong.append((pair, raced, orders))
    assert wrong == []
    assert conflicts
    assert verify().holds


def test_the_acts_are_those_of_the_tables() -> None:
    beyond = {f"{one.name}.{move}" for one in all_lifecycles() for move in one.moves}
    for name, life in EVERY.items():
        assert life.beside.keys() <= beyond, name
        assert life.acts.keys() <= set(life.lifecycle.moves), name
        assert {key.partition(",")[0] for key in life.bring} <= {state.value for state in life.lifecycle.states}, name
