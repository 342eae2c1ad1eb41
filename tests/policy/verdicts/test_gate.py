"""The prepared gate answers as the full judgement does, question by question, whatever the right and the act."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from policy.profiles import rulebook_file
from policy.profiles.rulebook import EMPTY, Rulebook
from policy.verdicts import decision, gate, index
from policy.verdicts.gate import Gate
from policy.verdicts.index import Index
from policy.verdicts.question import Question
from tests.factories import verdicts as made

STATES = ("approved", "suspended", "withdrawn")
RIGHTS: tuple[dict[str, Any], ...] = (
    {"feeding_profiles": ["A"]},
    {"feeding_profiles": ["A", "B"]},
    {"feeding_profiles": ["B"], "establishments": []},
    {"feeding_profiles": [], "access_profile": 0, "establishments": []},
    {"feeding_profiles": [], "access_profile": 3, "establishments": []},
    {"feeding_profiles": [], "access_profile": 2, "region": "53", "establishments": []},
    {"feeding_profiles": [], "access_profile": None},
)
OPERATIONS = ("read", "search", "export", "patch", "erase")
ELEMENTS = (None, "Location", "HealthcareService.contact", "Location.description", "Nothing.known")
INSTANTS = (made.AT, made.AT - timedelta(days=900), made.AT + timedelta(days=3000))


def held(book: Rulebook) -> Index:
    """Every right in every state, and one certificate that serves two entries."""
    entries = [
        made.entry(rank, state=state, client_id=f"client-{rank}", certificates=[certificate(rank)], **right)
        for rank, (right, state) in enumerate(itertools.product(RIGHTS, STATES), start=1)
    ]
    shared = [made.entry(rank, certificates=[certificate(99)], client_id="shared") for rank in (90, 91)]
    shared[1]["establishments"] = [made.OTHER]
    return index.build(made.document(*entries, *shared), book)


def certificate(number: int) -> dict[str, Any]:
    return {"sha256": f"{number:064x}", "subject": "CN=x", "not_after": "2028-01-01T00:00:00Z", "establishments": None}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The policy delivered with the portal."""
    return rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))


def check(opened: Gate, caller: str, name: str, act: tuple[str, str | None, str | None, Any]) -> None:
    operation, element, finess, at = act
    ask = opened.by_fingerprint if caller == "fingerprint" else opened.by_client_id
    outcome, entry = ask(name, operation, element, finess, at.timestamp())
    question = Question(operation, at, element=element, establishment=finess, **{caller: name})
    said = decision.decide(opened.index, question)
    assert (outcome.effect, outcome.code, entry) == (said.effect, said.reasons[0].code, said.entry), (name, act)
    assert outcome.reasons in (None, said.reasons), (name, act)


@pytest.mark.slow
@pytest.mark.parametrize("caller", ["fingerprint", "client_id"])
def test_gate_answers_as_decide_does_for_every_right_and_act(book: Rulebook, caller: str) -> None:
    opened = gate.over(held(book))
    names = opened.index.by_fingerprint if caller == "fingerprint" else opened.index.by_client_id
    acts = list(itertools.product(OPERATIONS, ELEMENTS, (None, made.FIRST, made.OTHER, "999999999"), INSTANTS))
    for name in (*names, "0" * 64):
        for act in acts * 2:  # the second time from what it has learnt
            check(opened, caller, name, act)


def test_gate_over_no_publication_says_so() -> None:
    opened = gate.over(index.empty("production", EMPTY))
    check(opened, "client_id", "ror-1", ("read", None, None, made.AT))


def test_gate_keeps_no_element_that_a_caller_invents(book: Rulebook) -> None:
    opened = gate.over(index.build(made.document(made.entry(1)), book))
    for rank in range(50):
        check(opened, "client_id", "ror-1", ("read", f"Invented.{rank}", None, made.AT))
    table = opened.by_client_id.__defaults__[0].__self__["ror-1"]  # type: ignore[attr-defined]
    assert not any(name and name.startswith("Invented") for cells in table[2].values() for name in cells)
