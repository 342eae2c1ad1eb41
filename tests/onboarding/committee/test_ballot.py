"""Counting votes: majority, quorum, abstentions, the written rule for ties."""

import pytest

from onboarding.committee.ballot import Ballot, Choice, TieRule, tally
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling, against_votes

Y, R, D, N, A = Choice.ADMIT, Choice.ADMIT_WITH_RESERVATIONS, Choice.DEFER, Choice.REFUSE, Choice.ABSTAIN

CASES = [
    # votes (the first is the chair's), quorum, rule -> outcome
    ([Y, Y, N], 0, TieRule.CHAIR, Outcome.ADMIT),
    ([N, Y, N], 0, TieRule.CHAIR, Outcome.REFUSE),
    ([Y, R, N, N, R], 0, TieRule.CHAIR, Outcome.ADMIT_WITH_RESERVATIONS),  # admitting counts together, 3 to 2
    ([Y, R], 0, TieRule.CHAIR, Outcome.ADMIT_WITH_RESERVATIONS),
    ([Y, Y, R], 0, TieRule.CHAIR, Outcome.ADMIT),
    ([Y, N], 0, TieRule.CHAIR, Outcome.ADMIT),
    ([N, Y], 0, TieRule.CHAIR, Outcome.REFUSE),
    ([Y, N], 0, TieRule.DEFER, Outcome.DEFER),
    ([A, Y, N], 0, TieRule.CHAIR, Outcome.DEFER),  # the chair abstained
    ([D, Y, Y, N, N], 0, TieRule.CHAIR, Outcome.DEFER),  # the chair's voice is on neither leading side
    ([A, A], 0, TieRule.CHAIR, Outcome.DEFER),
    ([Y, Y], 3, TieRule.CHAIR, None),
    ([Y, Y, A], 3, TieRule.CHAIR, Outcome.ADMIT),  # an abstention is a vote cast
    ([], 0, TieRule.CHAIR, None),
]


@pytest.mark.parametrize(("votes", "quorum", "rule", "expected"), CASES)
def test_votes_conclude_by_majority_then_by_the_written_rule(votes, quorum, rule, expected) -> None:
    ballots = [Ballot(choice, is_chair=rank == 0) for rank, choice in enumerate(votes)]
    counted = tally(ballots, expected=5, quorum=quorum, tie_rule=rule)
    assert counted.outcome is expected
    assert counted.cast == len(votes)
    assert counted.why


def test_ruling_says_what_the_votes_conclude() -> None:
    counted = tally([Ballot(Y), Ballot(Y), Ballot(N)], expected=3, quorum=0, tie_rule=TieRule.CHAIR)
    assert against_votes(Ruling(Outcome.ADMIT, Profiles(frozenset("A"))), counted) is None
    problem = against_votes(Ruling(Outcome.REFUSE), counted)
    assert problem is not None
    assert "Favorable : 2, Défavorable : 1" in problem.sentence
    empty = tally([], expected=3, quorum=2, tie_rule=TieRule.CHAIR)
    assert against_votes(Ruling(Outcome.ADMIT), empty) is not None
