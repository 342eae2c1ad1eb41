"""Finding what a page of the committee is about."""

from typing import Any

from django.http import Http404

from onboarding.committee import queries
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision


def session_of(user: Any, reference: str) -> CommitteeSession:
    """The session of that reference, if this person may see it; otherwise 404."""
    session = CommitteeSession.objects.visible_to(user).filter(reference=reference).first()
    if session is None:
        raise Http404
    return session


def item_of(user: Any, reference: str, candidacy: str) -> AgendaItem:
    """The point of a visible session; otherwise 404."""
    item = queries.item_of(reference, candidacy) if user.is_agent else None
    if item is None:
        raise Http404
    return item


def decision_of(user: Any, reference: str) -> Decision:
    """The decision of that reference, if this person may see it; otherwise 404."""
    decision = queries.in_full(user).filter(reference=reference).first()
    if decision is None:
        raise Http404
    return decision
