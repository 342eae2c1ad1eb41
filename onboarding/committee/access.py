"""Finding what a page of the committee is about, and what its pages share."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from onboarding.candidacies.models import Candidacy
from onboarding.committee import queries
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Reservation, Summons
from onboarding.committee.queries import panel, regional


def session_of(user: Any, reference: str) -> CommitteeSession:
    """The session of that reference, if this person may see it; otherwise 404."""
    session = CommitteeSession.objects.visible_to(user).filter(reference=reference).first()
    if session is None:
        raise Http404
    return session


def item_of(user: Any, reference: str, candidacy: str) -> AgendaItem:
    """The point of a visible session whose dossier is open to this person; otherwise 404."""
    item = queries.item_of(reference, candidacy) if user.is_agent else None
    if item is None or not Candidacy.objects.visible_to(user).filter(pk=item.candidacy_id).exists():
        raise Http404
    return item


def listed_item(user: Any, reference: str, candidacy: str) -> AgendaItem:
    """The point of a visible session, read or not: to stand back from it, or to keep the agenda; otherwise 404."""
    item = queries.item_of(reference, candidacy) if user.is_agent else None
    if item is None:
        raise Http404
    return item


def called_to(user: Any, session: CommitteeSession) -> Summons:
    """The person's call to the session; otherwise 404."""
    summons = panel.summons_of(session, user)
    if summons is None:
        raise Http404
    return summons


def decision_of(user: Any, reference: str) -> Decision:
    """The decision of that reference, if this person may see it; otherwise 404."""
    decision = queries.in_full(user).filter(reference=reference).first()
    if decision is None:
        raise Http404
    return decision


def regional_candidacy_of(user: Any, reference: str) -> Candidacy:
    """A regional candidacy that this person reads for his region; otherwise 404."""
    found = regional.dossiers(user).filter(reference=reference).first() if user.regions else None
    if found is None:
        raise Http404
    return found


def reservation_of(user: Any, reference: str) -> Reservation:
    """The reservation of that reference, if this person sees its decision; otherwise 404."""
    rows = Reservation.objects.visible_to(user).select_related("decision__item__candidacy__service__owner")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def trail(*links: tuple[str, str]) -> list[tuple[str, str]]:
    """The breadcrumb of a page of the committee."""
    return [("Comité", reverse("committee")), *links]


def link(found: CommitteeSession) -> tuple[str, str]:
    """A session in a breadcrumb."""
    return (f"Séance {found}", reverse("session", args=[found.reference]))


def trail_of(user: Any, found: Decision) -> list[tuple[str, str]]:
    """The breadcrumb of a decision: by its session for an agent, by its service for the vendor."""
    own = (f"Décision {found}", reverse("decision", args=[found.reference]))
    if found.item.region and user.regions:
        return [("Espace régional", reverse("regional_space")), own]
    if user.is_agent and found.item.session is not None:
        return trail(link(found.item.session), own)
    service = found.item.candidacy.service
    return [(service.name, reverse("service", args=[service.reference])), own]
