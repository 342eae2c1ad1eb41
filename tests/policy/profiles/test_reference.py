"""The engine against plainer and foreign judges, and what the domain says must never shrink.

A naive reference reads the TOML tables as they are; a hundred thousand random questions must get the same answer. The
openings of the policy are also fed to cedar, rule by rule, and must permit the same.
"""

import random
import tomllib
from typing import Any

import pytest

from policy.profiles import catalogue, engine, rulebook_file
from policy.profiles.engine import Effect

TEXT = rulebook_file.SHIPPED.read_text(encoding="utf-8")
BOOK = rulebook_file.read(TEXT)
DATA = tomllib.loads(TEXT)
CODES = sorted(catalogue.CODES)
NAMES = [*BOOK.elements, "Organization", "Location", "HealthcareService", "Organization.name", "ror-location-equipment"]
FACTS = {name: [*fact.values] for name, fact in BOOK.facts.items()}
HERE = {"region_perimeter": "inside", "establishment_perimeter": "inside"}


def covers(rule: dict[str, Any], element: str) -> bool:
    return rule["elements"] == ["*"] or element in rule["elements"]


def live(rule: dict[str, Any]) -> bool:
    return "choice" not in rule or DATA["choices"][rule["choice"]]["chosen"] == rule["option"]


def truth(rule: dict[str, Any], facts: dict[str, str]) -> str:
    """« yes », « no » or « maybe », as a person would work it out on paper."""
    if "when" not in rule:
        return "yes"
    alternatives = rule["when"] if isinstance(rule["when"], list) else [rule["when"]]
    answers = []
    for alternative in alternatives:
        known = [facts[fact] in values if facts.get(fact) in DATA["facts"][fact]["values"] else None
                 for fact, values in alternative.items()]  # fmt: skip
        answers.append("no" if False in known else "maybe" if None in known else "yes")
    return "yes" if "yes" in answers else "maybe" if "maybe" in answers else "no"


def elements_of(name: str | None) -> list[str]:
    return [
        code
        for code, element in DATA["elements"].items()
        if name is None or name in (code, *element.get("fhir", []), *element["resources"])
    ]


def naive(profiles: set[str], operation: str, name: str | None, facts: dict[str, str]) -> str:
    best = "deny"
    for element in elements_of(name):
        opens, forbids = {"no"}, {"no"}
        for rule in DATA["rules"]:
            if (
                live(rule)
                and profiles & set(rule["profiles"])
                and operation in rule["operations"]
                and covers(rule, element)
            ):
                (forbids if rule.get("effect") == "deny" else opens).add(truth(rule, facts))
        if "yes" in forbids or opens == {"no"}:
            continue
        sure = "yes" in opens and forbids == {"no"}
        best = "permit" if sure or best == "permit" else "conditional"
    return best


def question(chance: random.Random) -> tuple[set[str], str, str | None, dict[str, str]]:
    profiles = set(chance.sample(CODES, chance.choice([1, 1, 1, 2])))
    facts = {name: chance.choice([*values, "?"]) for name, values in FACTS.items() if chance.random() < 0.7}
    return profiles, chance.choice([*BOOK.operations, "delete"]), chance.choice([*NAMES, None]), facts


@pytest.mark.slow
def test_engine_agrees_with_a_naive_reading_on_a_hundred_thousand_questions() -> None:
    chance = random.Random(7)
    for _ in range(100_000):
        profiles, operation, name, facts = question(chance)
        said = engine.effect(BOOK, profiles=frozenset(profiles), operation=operation, element=name, facts=facts)
        assert said == naive(profiles, operation, name, facts), (profiles, operation, name, facts)


def judged(profile: str, element: str, facts: dict[str, str]) -> int:
    said = engine.effect(BOOK, profiles=frozenset(profile), operation="read", element=element, facts=facts)
    return engine.STRENGTH[said]


@pytest.mark.parametrize(("fact", "order"), [("contact_level", "321"), ("telecom_level", "321")])
def test_less_confidential_data_is_never_less_open(fact: str, order: str) -> None:
    chance = random.Random(8)
    for _ in range(3000):
        profile, element = chance.choice("012345"), chance.choice([*BOOK.elements])
        known = HERE | {name: chance.choice(values) for name, values in FACTS.items() if name not in HERE}
        strengths = [judged(profile, element, known | {fact: level}) for level in order]
        assert strengths == sorted(strengths), (profile, element, known)


def test_a_unit_that_is_not_sensitive_is_never_less_open() -> None:
    chance = random.Random(9)
    for _ in range(3000):
        profile, element = chance.choice("012345"), chance.choice([*BOOK.elements])
        known = HERE | {name: chance.choice(values) for name, values in FACTS.items() if name not in HERE}
        sensitive, open_ = (judged(profile, element, known | {"sensitive_unit": value}) for value in ("oui", "non"))
        assert sensitive <= open_, (profile, element, known)


def test_profile_1_reads_all_that_any_profile_reads() -> None:
    chance = random.Random(10)
    for _ in range(3000):
        profile, element = chance.choice("02345"), chance.choice([*BOOK.elements])
        known = HERE | {name: chance.choice(values) for name, values in FACTS.items() if name not in HERE}
        assert judged("1", element, known) >= judged(profile, element, known), (profile, element, known)


def test_what_no_rule_names_is_refused() -> None:
    opened = {
        (p, o, e)
        for r in BOOK.rules
        if r.effect == "permit"
        for p in r.profiles
        for o in r.operations
        for e in r.elements
    }
    everything = HERE | {name: values[0] for name, values in FACTS.items() if name not in HERE}
    for profile in CODES:
        for operation in BOOK.operations:
            for element in BOOK.elements:
                if (profile, operation, element) not in opened:
                    said = engine.effect(
                        BOOK, profiles=frozenset(profile), operation=operation, element=element, facts=everything
                    )
                    assert said is Effect.DENY, (profile, operation, element)


def cedar_policies() -> str:
    """The rules that hold, in the language of cedar; facts are attributes of the context, all stated."""
    return "\n".join(cedar_rule(rule, number) for number, rule in enumerate(BOOK.rules))


def cedar_rule(rule: Any, number: int) -> str:
    among = [
        "(" + " || ".join(f'context.profile == "{code}"' for code in sorted(rule.profiles)) + ")",
        "(" + " || ".join(f'context.operation == "{code}"' for code in sorted(rule.operations)) + ")",
        "(" + " || ".join(f'context.element == "{code}"' for code in sorted(rule.elements)) + ")",
    ]
    if rule.when:
        alternatives = [
            "("
            + " && ".join(
                "(" + " || ".join(f'context.{c.fact} == "{v}"' for v in sorted(c.values)) + ")" for c in alternative
            )
            + ")"
            for alternative in rule.when
        ]
        among.append("(" + " || ".join(alternatives) + ")")
    word = "permit" if rule.effect == "permit" else "forbid"
    return f'@id("{rule.id}-{number}")\n{word}(principal, action, resource) when {{ {" && ".join(among)} }};'


@pytest.mark.slow
def test_engine_permits_what_cedar_permits() -> None:
    import cedarpy

    policies, chance = cedar_policies(), random.Random(11)
    asked = []
    for _ in range(2000):
        facts = {name: chance.choice(values) for name, values in FACTS.items()}
        asked.append((chance.choice(CODES), chance.choice([*BOOK.operations]), chance.choice([*BOOK.elements]), facts))
    requests = [
        {
            "principal": 'Service::"s"',
            "action": 'Action::"ask"',
            "resource": 'Data::"d"',
            "context": {"profile": profile, "operation": operation, "element": element, **facts},
        }
        for profile, operation, element, facts in asked
    ]
    for (profile, operation, element, facts), answer in zip(
        asked, cedarpy.is_authorized_batch(requests, policies, []), strict=True
    ):
        said = engine.effect(BOOK, profiles=frozenset(profile), operation=operation, element=element, facts=facts)
        assert said is not Effect.CONDITIONAL
        assert (answer.decision.value == "Allow") == (said is Effect.PERMIT), (profile, operation, element, facts)
