"""What a cell opens, exactly: in words, and as the set of situations."""

from policy.profiles import openness, rulebook_file
from policy.profiles.openness import Degree
from policy.profiles.rulebook import Clause

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))


def clause(fact: str, *values: str) -> Clause:
    return Clause(fact, frozenset(values))


def test_of_cell_says_always_never_and_the_conditions() -> None:
    assert openness.of_cell(BOOK, {"0"}, "read", "Organization.description").degree is Degree.ALWAYS
    assert openness.of_cell(BOOK, {"0"}, "read", "Organization.orsan").sentence == "Jamais"
    two = openness.of_cell(BOOK, {"3"}, "read", "Organization.contact")
    assert two.degree is Degree.CONDITION
    assert two.conditions == (
        "le champ d’activité est le médico-social et si le contact n’est pas en accès très restreint",
        "le contact est en accès libre",
    )
    assert two.rules == ("ORG-CT-4",)


def test_of_cell_adds_up_the_profiles_held() -> None:
    assert openness.of_cell(BOOK, {"A"}, "patch", "HealthcareService.location").degree is Degree.NEVER
    assert openness.of_cell(BOOK, {"A", "B"}, "patch", "HealthcareService.location").degree is Degree.CONDITION


def test_simplest_leaves_out_what_another_condition_contains() -> None:
    narrow, wide = (clause("a", "1"), clause("b", "2")), (clause("a", "1", "3"),)
    assert openness.simplest((narrow, wide)) == openness.simplest((wide, narrow)) == (wide,)
    assert openness.simplest((wide, wide)) == (wide,)


def test_situations_take_the_prohibitions_away() -> None:
    opened = openness.situations(
        BOOK, frozenset("0"), "read", "HealthcareService.description", ("region_perimeter", "sensitive_unit")
    )
    assert opened == {("inside", "non")}
