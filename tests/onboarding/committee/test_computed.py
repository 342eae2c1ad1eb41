"""The computed opinion: kind, purpose, roles and data against the policy, each rule with its source."""

import pytest

from onboarding.committee.computed import Request, advise
from policy.grants.direction import Direction
from policy.profiles import rulebook_file
from policy.profiles.rulebook import EMPTY
from tests.factories.profiles import shipped

FEEDING, READING = Direction.FEEDING, Direction.CONSUMPTION


def request(direction=FEEDING, purpose="bed-availability", requested="A", roles=(), data=(), kind="saas") -> Request:
    return Request(direction, kind, purpose, frozenset(requested), tuple(roles), tuple(data))


CASES = [
    (request(), "A", True, 0),
    (request(requested="AB"), "A", False, 1),
    (request(purpose="offer-place-link", requested="B"), "B", True, 1),  # B alone against bed availability: flagged
    (request(purpose="other"), "", False, 1),
    (request(READING, "regulation", "1", ["CU22"]), "1", True, 0),
    (request(READING, "orientation", "2", ["CU18"]), "2", True, 1),  # deduced from the wording: to be confirmed
    (request(READING, "orientation", "1", ["CU19"]), "3", False, 1),
    (request(READING, "orientation", "2", ["CU20", "CU19"]), "", False, 1),
    (request(READING, "public-information", "0"), "0", True, 0),
    (request(READING, "coordination", "2", ["CU17"]), "", False, 2),
]


@pytest.mark.parametrize(("asked", "suggested", "agrees", "doubts"), CASES)
def test_rules_suggest_a_profile_or_say_what_to_settle(asked, suggested, agrees, doubts) -> None:
    advice = advise(asked, EMPTY)
    assert (advice.letters, advice.agrees) == (suggested, agrees)
    assert len(advice.doubts) == doubts
    assert all(finding.sentence and finding.source for finding in advice.findings)


def test_data_wanted_are_weighed_against_the_policy_with_its_rules() -> None:
    book = rulebook_file.read(shipped())
    advice = advise(request(READING, "public-information", "0", data=["structures", "contacts", "beds"]), book)
    told = {finding.sentence: finding for finding in advice.findings}
    beds = next(finding for sentence, finding in told.items() if "lits" in sentence)
    assert beds.is_doubt
    assert "ne l’ouvre jamais" in beds.sentence
    structures = next(finding for sentence, finding in told.items() if sentence.startswith("« Établissements"))
    assert "ORG-1" in structures.source
    assert not structures.is_doubt
