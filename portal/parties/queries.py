"""Who holds which role where, and whom to write to."""

from typing import Any

from .models import LegalEntity, Membership
from .roles import MembershipRole


def roles_in(user: Any, legal_entity_id: int | None) -> frozenset[str]:
    """The roles `user` holds now in a legal entity; read once per user instance, all entities together."""
    held: dict[int, set[str]] | None = user.__dict__.get("_memberships")
    if held is None:
        held = {}
        for entity, role in Membership.objects.active().filter(user_id=user.pk).values_list("legal_entity_id", "role"):
            held.setdefault(entity, set()).add(role)
        user.__dict__["_memberships"] = held
    return frozenset(held.get(legal_entity_id or 0, ()))


def legal_representatives(legal_entity: LegalEntity) -> list[Any]:
    """The persons who may sign for the entity, by name."""
    memberships = legal_entity.memberships.active().filter(role=MembershipRole.LEGAL_REPRESENTATIVE)
    return [membership.user for membership in memberships.select_related("user").order_by("user__last_name")]


def reachable_addresses(legal_entity: LegalEntity) -> list[str]:
    """Where to write: legal representatives first, then the generic mailbox; no duplicate."""
    addresses = [person.email for person in legal_representatives(legal_entity)] + [legal_entity.mailbox]
    return list(dict.fromkeys(address for address in addresses if address))
