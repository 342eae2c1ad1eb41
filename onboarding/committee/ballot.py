"""Counting the votes of a point: who may be told what, what the votes conclude, the written rule for ties.

Pure. An abstention is a vote cast that counts for nobody. The two ways of admitting are one side of the question: they
are counted together against the others, then between them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.committee.outcomes import ADMITTING, Outcome
from portal.lifecycle.table import LabelledEnum


class Choice(LabelledEnum):
    """What a member says of a request, as an opinion or as a vote."""

    ADMIT = "admit", "Favorable"
    ADMIT_WITH_RESERVATIONS = "admit_with_reservations", "Favorable avec réserves"
    DEFER = "defer", "Ajournement"
    REFUSE = "refuse", "Défavorable"
    ABSTAIN = "abstain", "Abstention"


class TieRule(LabelledEnum):
    """What settles a tie; written on the convocation and in the minutes."""

    CHAIR = "chair", "en cas d’égalité, la voix du président l’emporte ; s’il s’abstient, la décision est ajournée"
    DEFER = "defer", "en cas d’égalité, la décision est ajournée"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote cast; `is_chair` for the person who presides."""

    choice: Choice
    is_chair: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes of a point. `outcome` is None while nothing can be concluded; `why` says how it was reached."""

    counts: tuple[tuple[Choice, int], ...]
    expected: int
    outcome: Outcome | None
    why: str

    @property
    def cast(self) -> int:
        """How many voted, abstentions included."""
        return sum(count for _, count in self.counts)

    @property
    def is_complete(self) -> bool:
        """Whether every member who may vote did."""
        return self.cast >= self.expected

    @property
    def words(self) -> str:
        """« 3 favorables, 1 abstention »."""
        told = [f"{choice.label} : {count}" for choice, count in self.counts if count]
        return ", ".join(told) or "aucun vote"


def tally(ballots: Sequence[Ballot], *, expected: int, quorum: int, tie_rule: TieRule) -> Tally:
    """What these votes conclude, of `expected` members who may vote; fewer votes than `quorum` conclude nothing."""
    counted = Counter(ballot.choice for ballot in ballots)
    counts = tuple((choice, counted[choice]) for choice in Choice)
    outcome, why = _concluded(ballots, quorum, tie_rule)
    return Tally(counts, expected, outcome, why)


def _concluded(ballots: Sequence[Ballot], quorum: int, tie_rule: TieRule) -> tuple[Outcome | None, str]:
    if len(ballots) < max(quorum, 1):
        return None, f"{len(ballots)} sur {max(quorum, 1)} : le quorum du vote n’est pas atteint."
    expressed = [Outcome(ballot.choice.value) for ballot in ballots if ballot.choice is not Choice.ABSTAIN]
    if not expressed:
        return Outcome.DEFER, "Tous se sont abstenus : la décision est ajournée."
    sides = Counter(Outcome.ADMIT if outcome in ADMITTING else outcome for outcome in expressed)
    leading = _leaders(sides)
    if len(leading) > 1:
        return _tie(ballots, leading, tie_rule)
    side = leading[0]
    return (_kind_of_admission(expressed) if side is Outcome.ADMIT else side), "À la majorité des votes exprimés."


def _leaders(sides: Counter[Outcome]) -> list[Outcome]:
    most = max(sides.values())
    return sorted(side for side, count in sides.items() if count == most)


def _kind_of_admission(expressed: Sequence[Outcome]) -> Outcome:
    """With reservations as soon as half of those who admit ask for them."""
    plain, reserved = (expressed.count(kind) for kind in (Outcome.ADMIT, Outcome.ADMIT_WITH_RESERVATIONS))
    return Outcome.ADMIT if plain > reserved else Outcome.ADMIT_WITH_RESERVATIONS


def _tie(ballots: Sequence[Ballot], leading: Sequence[Outcome], tie_rule: TieRule) -> tuple[Outcome, str]:
    chairs = [Outcome(ballot.choice.value) for ballot in ballots if ballot.is_chair and ballot.choice != Choice.ABSTAIN]
    side = next((Outcome.ADMIT if choice in ADMITTING else choice for choice in chairs), None)
    if tie_rule is TieRule.CHAIR and side in leading:
        return chairs[0], "À égalité, la voix du président l’emporte."
    return Outcome.DEFER, "À égalité : la décision est ajournée."
