"""Finding what a page is about, and saying no before a form is filled."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from portal.lifecycle import registry
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted

from .models import DigitalService, Invitation, LegalEntity, Membership


def entity_of(user: Any, reference: str) -> LegalEntity:
    """The legal entity of that reference, if this person may see it; otherwise 404."""
    return _found(LegalEntity.objects.visible_to(user).filter(reference=reference).first())


def service_of(user: Any, reference: str) -> DigitalService:
    """The service of that reference, if this person may see it; otherwise 404."""
    services = DigitalService.objects.visible_to(user).select_related("owner")
    return _found(services.filter(reference=reference).first())


def invitation_of(user: Any, reference: str) -> Invitation:
    """The invitation of that reference, if this person may see it; otherwise 404."""
    invitations = Invitation.objects.visible_to(user).select_related("legal_entity")
    return _found(invitations.filter(reference=reference).first())


def membership_of(entity: LegalEntity, email: str, role: str) -> Membership:
    """The role that a person holds now in the entity; otherwise 404."""
    if "\x00" in email + role:  # no membership holds it, and PostgreSQL fails on it
        raise Http404
    held = entity.memberships.active().filter(user__email__iexact=email, role=role)
    return _found(held.select_related("user").first())


def page_of_service(service: DigitalService) -> str:
    """The address of a service's page."""
    return reverse("service", args=[service.reference])


def _found(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


def refuse_early(user: Any, move: str, subject: Any) -> None:
    """Says now what the operation would say on the locked row. Raises NotPermitted or MoveNotAllowed."""
    entry = registry.of(type(subject))
    if sentence := entry.refusal(user, move, subject):
        raise NotPermitted(sentence)
    edge = entry.edge(move)
    if not edge.creates and not edge.leaves(subject.state):
        state = entry.lifecycle.states(subject.state).label
        raise MoveNotAllowed(
            f"« {edge.label} » n’est plus possible : "
            f"{entry.lifecycle.title.lower()} {subject} est à l’état « {state} »."
        )
