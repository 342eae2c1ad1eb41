"""Deciding: a table of cases, the same answer with and without reasons, a naive reference, and nothing ever raised."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.profiles import engine, rulebook_file
from policy.profiles.engine import Effect
from policy.profiles.rulebook import EMPTY
from policy.verdicts import decision, index
from policy.verdicts.question import Question
from tests.factories.verdicts import AT, FIRST, OTHER, SECOND, document, entry, fingerprint

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
OWN = [
    {"sha256": fingerprint("a"), "not_after": "2028-01-01T00:00:00Z", "establishments": [FIRST]},
    {"sha256": fingerprint("b"), "not_after": "2026-02-01T00:00:00Z", "establishments": [SECOND]},
]
CLOSED = {"profiles": ["A"], "establishments": [SECOND]}
CONSUMER: dict[str, Any] = {"feeding_profiles": [], "establishments": []}
ENTRIES = [
    entry(1),
    entry(2, state="suspended"),
    entry(3, effective_at="2026-04-01T00:00:00Z"),
    entry(4, certificates=OWN, feeding_profiles=["A", "B"]),
    entry(5, access_profile=2, **CONSUMER),
    entry(6, access_profile="0", certificates=[], **CONSUMER),
    entry(7, access_profile=1, region="53", **CONSUMER),
    entry(8, feeding_profiles=["B"]),
    entry(9, state="withdrawn"),
    entry(10, certificates=[], feeding_profiles=["B"], establishments=[FIRST], closed=CLOSED),
]
DOCUMENT = document(*ENTRIES)
INDEX = index.build(DOCUMENT, BOOK)
PATH = "PATCH /ws-synchro-dispo-lits-fhir/Location?identifier=1%s/SSR38888"
BEDS = "Location.supported-capacity"
OPEN = {"sensitive_unit": "non"}


def ask(operation: str | None = "patch", caller: str = "1", **more: Any) -> Question:
    """A question by certificate (one figure) or client id; `at` defaults to the tests' instant."""
    who = {"fingerprint": fingerprint(caller)} if len(caller) == 1 else {"client_id": caller}
    return Question(**{"operation": operation, "at": AT, **who, **more})


CASES = [
    (ask(establishment=FIRST), Effect.PERMIT, "rule_permits"),
    (ask(establishment=FIRST, element=BEDS), Effect.PERMIT, "rule_permits"),
    (ask(caller="ror-1", establishment=SECOND), Effect.PERMIT, "rule_permits"),
    (ask(path=PATH % FIRST), Effect.PERMIT, "rule_permits"),
    (ask(None, path=PATH % FIRST), Effect.PERMIT, "rule_permits"),
    (ask(path=PATH % FIRST, element=BEDS), Effect.PERMIT, "rule_permits"),
    (ask(path=PATH % FIRST, element="HealthcareService.location"), Effect.DENY, "no_rule"),
    (ask(path=PATH % OTHER), Effect.DENY, "establishment_outside"),
    (ask(path=PATH % FIRST, establishment=SECOND), Effect.DENY, "path_contradicted"),
    (ask("read", path=PATH % FIRST), Effect.DENY, "path_contradicted"),
    (ask(path=(PATH % FIRST) + "&identifier=1290004324/T"), Effect.DENY, "path_parameters"),
    (ask(path=""), Effect.DENY, "path_unreadable"),
    (ask(), Effect.DENY, "establishment_missing"),
    (ask(establishment=OTHER), Effect.DENY, "establishment_outside"),
    (ask(establishment="35005468"), Effect.DENY, "establishment_outside"),
    (ask("read", element=BEDS), Effect.DENY, "no_rule"),
    (ask("delete", establishment=FIRST), Effect.DENY, "unknown_operation"),
    (ask("", establishment=FIRST), Effect.DENY, "no_operation"),
    (ask(None, establishment=FIRST), Effect.DENY, "no_operation"),
    (ask(establishment=FIRST, element="Patient"), Effect.DENY, "unknown_element"),
    (ask(caller="f", establishment=FIRST), Effect.DENY, "unknown_caller"),
    (ask(caller="ror-99", establishment=FIRST), Effect.DENY, "unknown_caller"),
    (ask(caller="2", establishment=FIRST), Effect.DENY, "suspended"),
    (ask(caller="9", establishment=FIRST), Effect.DENY, "not_in_force"),
    (ask(caller="3", establishment=FIRST), Effect.DENY, "not_yet_effective"),
    (ask(caller="3", establishment=FIRST, at=AT + timedelta(days=60)), Effect.PERMIT, "rule_permits"),
    (ask(establishment=FIRST, at=datetime(2028, 1, 2, tzinfo=UTC)), Effect.DENY, "certificate_expired"),
    (ask(caller="ror-1", establishment=FIRST, at=datetime(2028, 1, 2, tzinfo=UTC)), Effect.PERMIT, "rule_permits"),
    (ask(caller="a", establishment=FIRST), Effect.PERMIT, "rule_permits"),
    (ask(caller="a", establishment=SECOND), Effect.DENY, "establishment_outside"),
    (ask(caller="b", establishment=SECOND), Effect.DENY, "certificate_expired"),
    (ask(caller="ror-4", establishment=SECOND), Effect.PERMIT, "rule_permits"),
    (ask(caller="8", path=PATH % FIRST), Effect.PERMIT, "rule_permits"),
    (ask(caller="8", establishment=FIRST, element=BEDS), Effect.DENY, "no_rule"),
    (ask("search", caller="5", element="Location"), Effect.CONDITIONAL, "condition_open"),
    (ask("search", caller="5", element="Location", facts=OPEN), Effect.PERMIT, "rule_permits"),
    (ask("search", caller="5", element="Organization"), Effect.PERMIT, "rule_permits"),
    (ask(caller="5", establishment=FIRST), Effect.DENY, "establishment_outside"),
    (ask("read", caller="ror-6", element="Organization.name"), Effect.PERMIT, "rule_permits"),
    (ask("read", caller="ror-6", element=BEDS), Effect.DENY, "no_rule"),
    (ask("read", caller="7", element="Organization", region="53"), Effect.PERMIT, "rule_permits"),
    (ask("read", caller="7", element="Organization", region="11"), Effect.DENY, "region_outside"),
    (ask("read", caller="7", element="Organization"), Effect.DENY, "region_missing"),
    (ask(client_id="ror-1", establishment=FIRST), Effect.DENY, "caller"),
    (Question("patch", AT, establishment=FIRST), Effect.DENY, "caller"),
    (ask(fingerprint=["1"], establishment=FIRST), Effect.DENY, "caller"),
    (ask(establishment=3), Effect.DENY, "malformed"),
    (ask(establishment=FIRST, facts=[1]), Effect.DENY, "malformed"),
    (ask(establishment=FIRST, at="2026-03-03"), Effect.DENY, "instant"),
    (ask(establishment=FIRST, at=datetime(2026, 3, 3)), Effect.DENY, "instant"),  # noqa: DTZ001
    ("patch", Effect.DENY, "malformed"),
    (ask(caller="ror-10", path=PATH % FIRST), Effect.PERMIT, "rule_permits"),
    (ask(caller="ror-10", establishment=SECOND), Effect.DENY, "establishment_closed"),
    (ask(caller="ror-10", establishment=FIRST, element=BEDS), Effect.DENY, "profile_closed"),
    (ask(caller="ror-10", establishment=FIRST, element="Patient"), Effect.DENY, "unknown_element"),
    (ask(caller="ror-10", establishment=OTHER), Effect.DENY, "establishment_outside"),
]


@pytest.mark.parametrize(("question", "effect", "code"), CASES)
def test_decide_answers_with_its_first_reason(question: Any, effect: Effect, code: str) -> None:
    verdict = decision.decide(INDEX, question)
    assert (verdict.effect, verdict.reasons[0].code) == (effect, code)
    assert (verdict.policy_version, verdict.publication_version) == ("1", 12)
    assert all(reason.sentence.endswith(".") and "{" not in reason.sentence for reason in verdict.reasons)


@pytest.mark.parametrize(("question", "effect", "code"), CASES)
def test_decide_says_the_same_without_reasons(question: Any, effect: Effect, code: str) -> None:
    quick = decision.decide(INDEX, question, explain=False)
    assert (quick.effect, quick.reasons) == (effect, ())
    assert quick.entry == decision.decide(INDEX, question).entry
    assert decision.effect(INDEX, question) is effect


def test_decide_tells_every_reason_of_a_refusal() -> None:
    question = ask("patch", caller="2", establishment=OTHER, at=datetime(2028, 1, 2, tzinfo=UTC))
    verdict = decision.decide(INDEX, question)
    assert [reason.code for reason in verdict.reasons] == [
        "suspended",
        "certificate_expired",
        "establishment_outside",
        "condition_unmet",
    ]
    assert verdict.reasons[1].sentence == "Le certificat a expiré le samedi 1er\u00a0janvier\u00a02028, 1\u00a0h."
    assert verdict.reasons[3].rule == "ALIM-A"
    assert verdict.reasons[3].source.startswith("Charte")
    assert verdict.entry == "LB-000002"


def test_decide_prefers_the_right_that_permits_when_a_certificate_stands_in_two_entries() -> None:
    again = entry(2, certificates=ENTRIES[0]["certificates"])
    late = entry(1, effective_at="2027-01-01T00:00:00Z")
    verdict = decision.decide(index.build(document(late, again), BOOK), ask(establishment=FIRST))
    assert (verdict.effect, verdict.entry) == (Effect.PERMIT, "LB-000002")


def test_decide_says_that_nothing_is_published() -> None:
    verdict = decision.decide(index.empty("production", BOOK), ask(establishment=FIRST))
    assert (verdict.effect, verdict.reasons[0].code, verdict.publication_version) == (Effect.DENY, "no_publication", 0)


def test_decide_refuses_everything_without_a_policy() -> None:
    verdict = decision.decide(index.build(DOCUMENT, EMPTY), ask(establishment=FIRST))
    assert (verdict.effect, verdict.reasons[0].code, verdict.policy_version) == (Effect.DENY, "no_policy", "0")


def naive(question: Question) -> Effect:
    """The rules of access written out over the bare document, as slowly and plainly as can be."""
    answers = [Effect.DENY]
    for row in ENTRIES:
        for certificate in [*row["certificates"], None]:
            by_client = certificate is None and question.client_id == row["client_id"]
            by_certificate = certificate is not None and question.fingerprint == certificate["sha256"]
            if not (by_client or by_certificate) or row["state"] != "approved":
                continue
            if datetime.fromisoformat(row["effective_at"]) > question.at:
                continue
            if certificate and datetime.fromisoformat(certificate["not_after"]) < question.at:
                continue
            if row["region"] and question.region != row["region"]:
                continue
            own = certificate["establishments"] if certificate else None
            listed = row["establishments"] if own is None else own
            if question.operation == "patch" and question.establishment not in listed:
                continue
            profiles = {*row["feeding_profiles"], str(row["access_profile"])}
            facts = {**question.facts, "establishment_perimeter": "inside", "region_perimeter": "inside"}
            said = engine.judge(
                BOOK, profiles=profiles, operation=question.operation, element=question.element, facts=facts
            )
            answers.append(said.effect)
    return engine.strongest(answers)


FACTS = st.fixed_dictionaries({}, optional={name: st.sampled_from([*f.values]) for name, f in BOOK.facts.items()})
CALLERS = st.sampled_from(["1", "2", "3", "4", "5", "7", "8", "9", "a", "b", "ror-1", "ror-4", "ror-6", "ror-7", "x"])
QUESTIONS = st.builds(
    ask,
    st.sampled_from(["read", "search", "export", "patch", "delete"]),
    CALLERS,
    at=st.sampled_from([AT, AT + timedelta(days=60), AT - timedelta(days=90), AT + timedelta(days=900)]),
    element=st.sampled_from([None, "Location", "Organization", BEDS, "HealthcareService.location", "Patient"]),
    establishment=st.sampled_from([None, FIRST, SECOND, OTHER]),
    region=st.sampled_from([None, "53", "11"]),
    facts=FACTS,
)


@settings(max_examples=600, deadline=None)
@given(QUESTIONS)
def test_decide_agrees_with_a_naive_reading_of_the_document(question: Question) -> None:
    assert decision.effect(INDEX, question) is naive(question)


@settings(max_examples=600, deadline=None)
@given(QUESTIONS)
def test_reasons_bear_out_the_answer(question: Question) -> None:
    verdict = decision.decide(INDEX, question)
    codes = {reason.code for reason in verdict.reasons}
    if verdict.effect is Effect.PERMIT:
        assert codes == {"rule_permits"}
    elif verdict.effect is Effect.CONDITIONAL:
        assert "condition_open" in codes
    else:
        assert codes
        assert not codes & {"rule_permits", "condition_open"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(st.builds(Question, *[ANYTHING] * 9) | ANYTHING)
def test_decide_refuses_anything_malformed_with_a_reason(question: Any) -> None:
    verdict = decision.decide(INDEX, question)
    assert verdict.effect is Effect.DENY
    assert verdict.reasons
    assert decision.effect(INDEX, question) is Effect.DENY
