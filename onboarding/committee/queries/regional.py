"""Readings of a regional space: what its authority has to decide, and has decided."""

from typing import Any

from django.db.models import Q

from onboarding.candidacies.lifecycle import DECIDABLE, State
from onboarding.candidacies.models import Candidacy, CandidacyQuerySet
from onboarding.committee.lifecycle import ProposalState
from onboarding.committee.models import AgendaItem, Decision, Proposal
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


def decisions(user: Any) -> list[Decision]:
    """The decisions of those regions, the latest first."""
    found = Decision.objects.visible_to(user).filter(item__region__in=sorted(user.regions))
    return list(found.select_related("item__candidacy__service__owner", "recorded_by").order_by("-recorded_at")[:50])


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
    return found.select_related("item__candidacy__service__owner", "proposed_by").first()


def is_ready(candidacy: Candidacy) -> bool:
    """Whether the candidacy may be decided now."""
    return candidacy.state in DECIDABLE
