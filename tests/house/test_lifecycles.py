"""Every (state, move, role) of every lifecycle, through `moving` itself; every action has its sentence."""

import string
from collections.abc import Iterator
from typing import Any

import pytest

from portal.audit import sentences
from portal.lifecycle import operations, registry
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted
from portal.lifecycle.table import SIGNED_IN, SYSTEM
from portal.lifecycles import all_lifecycles, label_of, matrix
from portal.web import wording

ENTRIES = registry.entries()


class Person:
    """Somebody active, whose roles the test chooses."""

    pk = 1
    is_active = True

    def __str__(self) -> str:
        return "Quelqu’un"


def roles() -> list[str]:
    every = {role for entry in ENTRIES for edge in entry.lifecycle.moves.values() for role in edge.by}
    return sorted(every - {SIGNED_IN, SYSTEM})


def cases() -> Iterator[Any]:
    for entry in ENTRIES:
        for move in entry.lifecycle.moves:
            states = [None] if entry.edge(move).creates else [state.value for state in entry.lifecycle.states]
            for state in states:
                yield pytest.param(entry, move, state, id=f"{entry.lifecycle.name}.{move}-{state}")


@pytest.fixture(autouse=True)
def _without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(operations.transaction, "atomic", nullcontext)
    monkeypatch.setattr(operations, "_locked", lambda subject: subject)
    monkeypatch.setattr(operations, "save", lambda row: None)
    monkeypatch.setattr(operations, "_describe", lambda event, current, before: None)
    monkeypatch.setattr(operations, "_snapshot", lambda row: {})
    monkeypatch.setattr(operations.audit, "append", lambda events: None)
    monkeypatch.setattr(operations.outbox, "write", lambda events: 0)


def outcome(entry: registry.Entry, move: str, state: str | None, role: str | None) -> str:
    subject = entry.model()
    if state is not None:
        subject.state = state
    try:
        with operations.moving(subject, move, by=Person() if role else None):
            pass
    except NotPermitted:
        return "person"
    except MoveNotAllowed:
        return "state"
    return "done"


@pytest.mark.parametrize(("entry", "move", "state"), list(cases()))
def test_a_move_is_made_by_its_roles_from_its_states_and_by_no_other(
    entry: registry.Entry, move: str, state: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge = entry.edge(move)
    for role in [*roles(), "", None]:
        held = frozenset([role]) if role else frozenset()
        bare = registry.Entry(entry.model, entry.lifecycle, lambda user, subject, held=held: held)
        monkeypatch.setitem(registry._entries, entry.model, bare)
        monkeypatch.setattr(entry.model, "__str__", lambda subject: "R-1")
        has_role = bool(edge.by & (held | {SIGNED_IN} if role is not None else {SYSTEM}))
        has_state = edge.creates or edge.leaves(state or entry.model().state)
        expected = "person" if not has_role else "done" if has_state else "state"
        assert outcome(entry, move, state, role if role is None else role or "nobody") == expected


def test_every_action_has_a_sentence_with_its_actor() -> None:
    for lifecycle in all_lifecycles():
        for move, edge in lifecycle.moves.items():
            assert sentences.pattern_of(lifecycle.action(move)) == edge.trace
            assert edge.trace[0] in "{" + string.ascii_uppercase + "ÀÉ", edge.trace
            assert "{actor}" in edge.trace or edge.by == {SYSTEM}, edge.trace


def test_every_target_is_a_state_and_every_state_can_be_reached() -> None:
    for lifecycle in all_lifecycles():
        states = {state.value for state in lifecycle.states}
        targets = {str(edge.target) for edge in lifecycle.moves.values() if edge.target}
        sources = {source for edge in lifecycle.moves.values() for source in edge.sources}
        assert targets | sources <= states, lifecycle.name
        assert states <= targets | sources, lifecycle.name


def test_every_role_has_a_french_label() -> None:
    for role in roles():
        assert label_of(role) != role, role


def test_the_matrix_names_every_lifecycle() -> None:
    text = matrix()
    assert all(f"(`{lifecycle.name}`)" in text for lifecycle in all_lifecycles())


def test_every_state_has_the_look_of_a_badge() -> None:
    unworded = {
        f"{lifecycle.name}.{state.value}"
        for lifecycle in all_lifecycles()
        for state in lifecycle.states
        if state.value != "draft" and state.value not in wording.TONE_OF
    }
    assert unworded == set()
