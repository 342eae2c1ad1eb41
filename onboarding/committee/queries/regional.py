"""Readings of a regional space: what its authority has to decide, and has decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q

from onboarding.candidacies.lifecycle import DECIDABLE, State
from onboarding.candidacies.models import Candidacy, CandidacyQuerySet
from onboarding.committee.lifecycle import ProposalState
from onboarding.committee.models import AgendaItem, Decision, DecisionQuerySet, Proposal
from onboarding.committee.regional_lanes import RegionalLane
from portal.parties.models import DigitalService
from portal.reference.models import Region
from portal.reference.spaces import SpaceKind


def regions_of(user: Any) -> list[Region]:
    """The regions for which the person holds a role."""
    return list(Region.objects.filter(code__in=sorted(user.regions)))


def dossiers(user: Any) -> CandidacyQuerySet:
    """The deposited candidacies of those regional spaces, the latest deposit first, less what is closed to him."""
    wanted = Q(pk=None)
    for region in user.regions:
        wanted |= Q(region_routes__has_key=region)
    found = Candidacy.objects.filter(wanted, space=SpaceKind.REGIONAL).exclude(state=State.DRAFT)
    found = found.exclude(service__in=DigitalService.objects.closed_to(user))
    return found.exclude(submitted_at=None).select_related("service__owner", "reviewer").order_by("-submitted_at")


def decisions(user: Any) -> DecisionQuerySet:
    """The decisions of those regions, the latest first."""
    found = Decision.objects.visible_to(user).filter(item__region__in=sorted(user.regions))
    return found.select_related("item__candidacy__service__owner", "recorded_by").order_by("-recorded_at", "-pk")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One task list: how many wait, and since when the oldest does."""

    lane: RegionalLane
    count: int
    since: datetime | None


def _in_lane(user: Any) -> dict[RegionalLane, Q]:
    """The condition of each list, on candidacies annotated with `proposed` and `proposed_by_other`."""
    return {
        RegionalLane.TO_TAKE: Q(state=State.SUBMITTED),
        RegionalLane.MINE: Q(state=State.UNDER_REVIEW, reviewer=user.pk),
        RegionalLane.TO_DECIDE: Q(state=State.COMPLETE, proposed=False),
        RegionalLane.TO_CONFIRM: Q(proposed_by_other=True),
        RegionalLane.VENDOR: Q(state__in=[State.RETURNED, State.DEFERRED]),
    }


def _proposed(user: Any) -> CandidacyQuerySet:
    open_ones = Proposal.objects.filter(item__candidacy=OuterRef("pk"), state=ProposalState.PROPOSED)
    others = open_ones.exclude(proposed_by__in=user.own_accounts)
    return dossiers(user).annotate(proposed=Exists(open_ones), proposed_by_other=Exists(others))


def tasks(user: Any) -> list[Waiting]:
    """Every task list with its count, in the order of the path; one query."""
    asked: dict[str, Any] = {}
    for lane, condition in _in_lane(user).items():
        asked[f"{lane.name}_count"] = Count("pk", filter=condition)
        asked[f"{lane.name}_since"] = Min("submitted_at", filter=condition)
    told = _proposed(user).order_by().aggregate(**asked)
    return [Waiting(lane, told[f"{lane.name}_count"], told[f"{lane.name}_since"]) for lane in RegionalLane]


def in_lane(user: Any, lane: str) -> CandidacyQuerySet:
    """The dossiers of one list, the oldest deposit first; all of them, the latest first, for no list."""
    known = {one.value: one for one in RegionalLane}
    if lane not in known:
        return dossiers(user).order_by("-submitted_at", "-pk")
    return _proposed(user).filter(_in_lane(user)[known[lane]]).order_by("submitted_at", "pk")


def point_of(candidacy: Candidacy) -> AgendaItem:
    """The point of a regional dossier: the one kept with its proposal or its decision, else a fresh one, unsaved."""
    kept = AgendaItem.objects.filter(candidacy=candidacy).exclude(region="").order_by("-entered_at").first()
    if kept is not None and (kept.decisions.exists() or proposal_on(candidacy)):
        kept.candidacy = candidacy
        return kept
    return AgendaItem(candidacy=candidacy, region=(candidacy.regions or [""])[0], position=1)


def proposal_on(candidacy: Candidacy) -> Proposal | None:
    """The decision on this candidacy that waits for a second person."""
    found = Proposal.objects.filter(item__candidacy=candidacy, state=ProposalState.PROPOSED)
    return found.select_related("item__candidacy__service__owner", "proposed_by", "corrects").first()


def is_ready(candidacy: Candidacy) -> bool:
    """Whether the candidacy may be decided now."""
    return candidacy.state in DECIDABLE
