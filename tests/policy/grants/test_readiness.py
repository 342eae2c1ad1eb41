"""What production waits for, as a table of cases."""

import pytest

from policy.grants.direction import Direction
from policy.grants.readiness import Fact, Origin, Standing, lacking

ALL = {fact: Standing(True, Origin.ESTABLISHED) for fact in Fact}
FEEDING = [Fact.CHARTER, Fact.TESTS, Fact.LIST]
CONSUMPTION = [Fact.CHARTER, Fact.TESTS, Fact.ATTESTATION]


@pytest.mark.parametrize(
    ("has_value", "origin", "holds"),
    [
        (True, Origin.ESTABLISHED, True),
        (False, Origin.ESTABLISHED, False),
        (True, "", False),
        (False, "", False),
        (False, Origin.NOT_REQUIRED, True),
        (False, Origin.TAKEN_OVER, True),
        (True, Origin.TAKEN_OVER, True),
    ],
)
def test_a_fact_holds_by_its_value_or_by_one_of_the_two_other_origins(
    has_value: bool, origin: str, holds: bool
) -> None:
    assert Standing(has_value, origin).holds is holds


@pytest.mark.parametrize(("direction", "facts"), [(Direction.FEEDING, FEEDING), (Direction.CONSUMPTION, CONSUMPTION)])
def test_each_direction_waits_for_its_own_facts(direction: Direction, facts: list[Fact]) -> None:
    nothing = {fact: Standing(False, "") for fact in Fact}
    assert lacking(direction, nothing, establishments=0) == facts
    assert lacking(direction, ALL, establishments=1) == []


@pytest.mark.parametrize("fact", FEEDING)
def test_one_missing_fact_is_named_alone(fact: Fact) -> None:
    assert lacking(Direction.FEEDING, ALL | {fact: Standing(False, "")}, establishments=2) == [fact]


def test_a_feeding_right_waits_for_an_establishment_whatever_the_origin_of_its_list() -> None:
    known = ALL | {Fact.LIST: Standing(False, Origin.TAKEN_OVER)}
    assert lacking(Direction.FEEDING, known, establishments=0) == [Fact.LIST]
    assert lacking(Direction.CONSUMPTION, ALL, establishments=0) == []
