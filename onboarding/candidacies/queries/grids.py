"""The eligibility grid, what keeps a review from its end, and who may review."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from onboarding.candidacies import eligibility
from onboarding.candidacies.completeness import Facts
from onboarding.candidacies.eligibility import Criterion, Suggestion
from onboarding.candidacies.models import Candidacy, EligibilityAnswer
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.reference.spaces import SpaceKind


@dataclass(frozen=True, slots=True)
class GridLine:
    """A criterion, what the portal suggests, and the answer given, if any."""

    criterion: Criterion
    suggestion: Suggestion
    answer: EligibilityAnswer | None


def lines(candidacy: Candidacy, facts: Facts) -> list[GridLine]:
    """The grid of the candidacy, with what the portal suggests from the facts and what was answered."""
    given = {row.criterion: row for row in candidacy.eligibility_answers.select_related("answered_by")}
    return [
        GridLine(criterion, eligibility.suggestion(criterion, facts), given.get(criterion.code))
        for criterion in eligibility.criteria(candidacy.direction)
    ]


def grid_initial(lines: Iterable[GridLine]) -> dict[str, str]:
    """What the form of the grid shows: the answers given, else those suggested with their evidence."""
    shown: dict[str, str] = {}
    for line in lines:
        code, given = line.criterion.code, line.answer
        shown[code] = given.answer if given else line.suggestion.answer
        shown[f"{code}_comment"] = given.comment if given else line.suggestion.evidence
    return shown


def before_completeness(candidacy: Candidacy) -> list[str]:
    """What keeps an agent from declaring the candidacy complete, in French sentences."""
    answered = set(candidacy.eligibility_answers.values_list("criterion", flat=True))
    return lacking(candidacy.direction, answered, are_prepared=candidacy.comments.prepared().exists())


def lacking(direction: str, answered: Collection[str], *, are_prepared: bool) -> list[str]:
    """The same, from the criteria answered and from whether comments wait to be sent."""
    found = [
        f"Répondez au critère d’éligibilité « {criterion.question} »"
        for criterion in eligibility.criteria(direction)
        if criterion.code not in answered
    ]
    return [*found, "Envoyez ou retirez les commentaires préparés."] if are_prepared else found


def reviewers(candidacy: Candidacy | None = None) -> list[User]:
    """Those who may review, by name; for a candidacy of a regional space, its authority's agents with them."""
    held = Q(role=StaffRole.REVIEWER)
    if candidacy is not None and candidacy.space == SpaceKind.REGIONAL:
        held |= Q(role=StaffRole.REGIONAL_AUTHORITY, region__in=candidacy.regions)
    holders = StaffAssignment.objects.filter(held, until=None).values("user_id")
    return list(User.objects.filter(pk__in=holders, is_active=True).order_by("last_name", "first_name", "pk"))
