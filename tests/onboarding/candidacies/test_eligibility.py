"""The eligibility grid: criteria with sources, suggestions from the request itself."""

import pytest

from onboarding.candidacies import eligibility
from onboarding.candidacies.completeness import Facts
from onboarding.candidacies.eligibility import Answer
from policy.grants.direction import Direction


def suggested(code: str, facts: Facts) -> tuple[str, str]:
    criterion = next(one for one in eligibility.criteria(facts.direction) if one.code == code)
    found = eligibility.suggestion(criterion, facts)
    return found.answer, found.evidence


@pytest.mark.parametrize("direction", list(Direction))
def test_every_criterion_has_a_source_and_a_suggestion(direction: Direction) -> None:
    for criterion in eligibility.criteria(direction):
        assert criterion.source
        assert eligibility.suggestion(criterion, Facts(direction=direction)).evidence


@pytest.mark.parametrize(
    ("direction", "purpose", "answer"),
    [
        (Direction.FEEDING, "bed-availability", Answer.YES),
        (Direction.FEEDING, "offer-place-link", ""),
        (Direction.FEEDING, "other", ""),
        (Direction.FEEDING, "", ""),
        (Direction.CONSUMPTION, "orientation", Answer.YES),
        (Direction.CONSUMPTION, "other", ""),
    ],
)
def test_the_purpose_suggests_an_answer(direction: Direction, purpose: str, answer: str) -> None:
    assert suggested("purpose", Facts(direction=direction, purpose=purpose))[0] == answer


@pytest.mark.parametrize(
    ("count", "answer", "words"),
    [(0, Answer.NO, "aucun"), (1, Answer.YES, "1 établissement valide "), (7, Answer.YES, "7 établissements")],
)
def test_the_list_suggests_an_answer(count: int, answer: str, words: str) -> None:
    found = suggested("establishments", Facts(direction=Direction.FEEDING, valid_establishments=count))
    assert found[0] == answer
    assert words in found[1]


@pytest.mark.parametrize(
    ("profiles", "answer", "flagged"),
    [(("A",), Answer.YES, False), (("A", "B"), Answer.YES, False), (("B",), "", True), ((), "", False)],
)
def test_profile_b_alone_is_flagged(profiles: tuple[str, ...], answer: str, flagged: bool) -> None:
    found = suggested("profiles", Facts(direction=Direction.FEEDING, requested_profiles=profiles))
    assert found[0] == answer
    assert ("à trancher" in found[1]) is flagged


@pytest.mark.parametrize(
    ("roles", "asked", "answer", "words"),
    [
        (("CU22",), ("1",), Answer.YES, "CU22 – Régulation de soins non programmés : profil 1."),
        (("CU22",), ("2",), "", "profil 1"),
        (("CU22", "CU20"), ("1",), "", "profil 2"),
        (("CU30",), ("5",), "", "déduit, à confirmer"),
        (("CU17",), ("2",), "", "aucun profil connu"),
        ((), ("2",), "", "Profil demandé : 2."),
    ],
)
def test_user_roles_suggest_the_profile(
    roles: tuple[str, ...], asked: tuple[str, ...], answer: str, words: str
) -> None:
    facts = Facts(direction=Direction.CONSUMPTION, requested_profiles=asked, user_roles=roles)
    found = suggested("profiles", facts)
    assert found[0] == answer
    assert words in found[1]
