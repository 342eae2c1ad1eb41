"""Judging: three answers, deny by default, prohibitions first, nothing raised; and the reasons that go with each."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.profiles import catalogue, engine, rulebook_file
from policy.profiles.engine import Code, Effect
from policy.profiles.rulebook import EMPTY

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
HERE = {"region_perimeter": "inside", "establishment_perimeter": "inside"}


def judge(profiles: object, operation: object, element: object = None, **facts: object) -> engine.Judgement:
    return engine.judge(BOOK, profiles=profiles, operation=operation, element=element, facts={**HERE, **facts})


@pytest.mark.parametrize(
    ("profiles", "operation", "element", "facts", "effect", "code"),
    [
        ("A", "patch", "Location.supported-capacity", {}, Effect.PERMIT, Code.RULE_PERMITS),
        ("A", "patch", "ror-location-supported-capacity", {}, Effect.PERMIT, Code.RULE_PERMITS),
        ("A", "patch", "Location", {}, Effect.PERMIT, Code.RULE_PERMITS),
        ("A", "patch", None, {}, Effect.PERMIT, Code.RULE_PERMITS),
        ("A", "patch", "HealthcareService.location", {}, Effect.DENY, Code.NO_RULE),
        ("A", "read", "Location.supported-capacity", {}, Effect.DENY, Code.NO_RULE),
        ("A", "patch", "Location", {"establishment_perimeter": "outside"}, Effect.DENY, Code.CONDITION_UNMET),
        ("A", "patch", "Location", {"establishment_perimeter": "?"}, Effect.CONDITIONAL, Code.CONDITION_OPEN),
        ("B", "patch", "HealthcareService.location", {}, Effect.PERMIT, Code.RULE_PERMITS),
        ("B", "patch", "Location", {}, Effect.PERMIT, Code.RULE_PERMITS),
        ("B", "patch", "Location.supported-capacity", {}, Effect.DENY, Code.NO_RULE),
        (["A", "B"], "patch", "HealthcareService.location", {}, Effect.PERMIT, Code.RULE_PERMITS),
        ("2", "patch", "Location.supported-capacity", {}, Effect.DENY, Code.NO_RULE),
        ("0", "read", "Organization.name", {}, Effect.PERMIT, Code.RULE_PERMITS),
        ("1", "read", "Organization.name", {"region_perimeter": "outside"}, Effect.DENY, Code.RULE_FORBIDS),
        ("1", "read", "Organization.name", {"region_perimeter": ""}, Effect.CONDITIONAL, Code.CONDITION_OPEN),
        ("2", "search", "HealthcareService", {}, Effect.CONDITIONAL, Code.CONDITION_OPEN),
        ("2", "search", "HealthcareService", {"sensitive_unit": False}, Effect.PERMIT, Code.RULE_PERMITS),
        ("0", "export", "Organization.orsan", {}, Effect.DENY, Code.NO_RULE),
        ("Z", "read", "Organization", {}, Effect.DENY, Code.NO_PROFILE),
        ([], "read", "Organization", {}, Effect.DENY, Code.NO_PROFILE),
        ("1", "delete", "Organization", {}, Effect.DENY, Code.UNKNOWN_OPERATION),
        ("1", None, "Organization", {}, Effect.DENY, Code.UNKNOWN_OPERATION),
        ("1", "read", "Patient", {}, Effect.DENY, Code.UNKNOWN_ELEMENT),
        ("1", "read", "", {}, Effect.DENY, Code.UNKNOWN_ELEMENT),
        ("1", "read", ["Organization"], {}, Effect.DENY, Code.UNKNOWN_ELEMENT),
    ],
)
def test_judge_answers_with_its_first_reason(
    profiles: object, operation: object, element: object, facts: dict[str, object], effect: Effect, code: Code
) -> None:
    judgement = judge(profiles, operation, element, **facts)
    assert (judgement.effect, judgement.reasons[0].code) == (effect, code)


def test_judge_refuses_everything_without_a_policy() -> None:
    judgement = engine.judge(EMPTY, profiles="1", operation="read", element=None)
    assert (judgement.effect, judgement.reasons[0].code) == (Effect.DENY, Code.NO_POLICY)


def test_judge_says_rule_sentence_and_source_of_a_permission() -> None:
    (reason,) = judge("A", "patch", "Location.supported-capacity").reasons
    assert reason.rule == "ALIM-A"
    assert reason.sentence == (
        "Le profil A permet de modifier « Lieu : capacité de prise en charge (lits et places) » "
        "si l’établissement est dans la liste du service."
    )
    assert "Charte" in reason.source
    assert "profil A" in reason.source


def test_judge_says_in_words_that_nothing_opens_an_act() -> None:
    (reason,) = judge("A", "read", "Location.equipment").reasons
    assert reason.sentence.startswith(
        "Aucune règle ne permet de lire « Lieu : équipements spécifiques » avec le profil A"
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
CODES = st.sampled_from(sorted(catalogue.CODES))
ELEMENTS = st.sampled_from([*BOOK.elements, "Location", "Organization.name", None])
FACTS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from([*fact.values, "nonsense"]) for name, fact in BOOK.facts.items()}
)


@settings(max_examples=300, deadline=None)
@given(
    ANYTHING | st.lists(CODES), ANYTHING | st.sampled_from(list(BOOK.operations)), ANYTHING | ELEMENTS, ANYTHING | FACTS
)
def test_judge_always_answers_with_a_reason(profiles: Any, operation: Any, element: Any, facts: Any) -> None:
    judgement = engine.judge(BOOK, profiles=profiles, operation=operation, element=element, facts=facts)
    assert judgement.effect in Effect
    assert judgement.reasons
    assert all(reason.sentence.endswith(".") for reason in judgement.reasons)


@settings(max_examples=300, deadline=None)
@given(st.frozensets(CODES, min_size=1), st.sampled_from(list(BOOK.operations)), ELEMENTS, FACTS)
def test_effect_agrees_with_the_explained_judgement(
    profiles: frozenset[str], operation: str, element: str | None, facts: dict[str, str]
) -> None:
    fast = engine.effect(BOOK, profiles=profiles, operation=operation, element=element, facts=facts)
    assert fast is engine.judge(BOOK, profiles=profiles, operation=operation, element=element, facts=facts).effect


@settings(max_examples=300, deadline=None)
@given(st.frozensets(CODES), CODES, st.sampled_from(list(BOOK.operations)), ELEMENTS, st.booleans(), FACTS)
def test_feeding_profiles_add_up(
    profiles: frozenset[str], more: str, operation: str, element: str | None, inside: bool, facts: dict[str, str]
) -> None:
    """Cumulative: one more profile never closes what was open (inside the region, where nothing is prohibited)."""
    facts = {**facts, "region_perimeter": "inside", "establishment_perimeter": "inside" if inside else "outside"}
    before = engine.judge(BOOK, profiles=profiles, operation=operation, element=element, facts=facts).effect
    after = engine.judge(BOOK, profiles=profiles | {more}, operation=operation, element=element, facts=facts).effect
    assert engine.STRENGTH[after] >= engine.STRENGTH[before]


@settings(max_examples=300, deadline=None)
@given(CODES, st.sampled_from(list(BOOK.operations)), ELEMENTS, FACTS, st.sampled_from(sorted(BOOK.facts)))
def test_knowing_less_never_permits_more(
    profile: str, operation: str, element: str | None, facts: dict[str, str], forgotten: str
) -> None:
    less = {name: value for name, value in facts.items() if name != forgotten}
    known = engine.judge(BOOK, profiles=profile, operation=operation, element=element, facts=facts).effect
    unsure = engine.judge(BOOK, profiles=profile, operation=operation, element=element, facts=less).effect
    assert known is Effect.PERMIT or unsure is not Effect.PERMIT
