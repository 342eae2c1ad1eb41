"""Who holds which role where, and whom to write to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from . import invitation_tokens
from .models import Invitation, LegalEntity, Membership
from .roles import MembershipRole

_CACHE = "_memberships"


def roles_in(user: Any, legal_entity_id: int | None) -> frozenset[str]:
    """The roles `user` holds now in a legal entity; read once per user instance, all entities together."""
    held: dict[int, set[str]] | None = user.__dict__.get(_CACHE)
    if held is None:
        held = {}
        for entity, role in Membership.objects.active().filter(user_id=user.pk).values_list("legal_entity_id", "role"):
            held.setdefault(entity, set()).add(role)
        user.__dict__[_CACHE] = held
    return frozenset(held.get(legal_entity_id or 0, ()))


def forget_roles(user: Any) -> None:
    """Makes `roles_in` read again: after a role began or ended."""
    user.__dict__.pop(_CACHE, None)


def legal_representatives(legal_entity: LegalEntity) -> list[Any]:
    """The persons who may sign for the entity, by name."""
    memberships = legal_entity.memberships.active().filter(role=MembershipRole.LEGAL_REPRESENTATIVE)
    return [membership.user for membership in memberships.select_related("user").order_by("user__last_name")]


def reachable_addresses(legal_entity: LegalEntity) -> list[str]:
    """Where to write: legal representatives first, then the generic mailbox; no duplicate."""
    addresses = [person.email for person in legal_representatives(legal_entity)] + [legal_entity.mailbox]
    return list(dict.fromkeys(address for address in addresses if address))


@dataclass(frozen=True)
class Member:
    """A person of a legal entity and the roles held, with the date of the first."""

    user: Any
    roles: tuple[MembershipRole, ...]
    since: datetime


def members(legal_entity: LegalEntity) -> list[Member]:
    """The persons who belong to the entity now, by name, in one query."""
    held: dict[int, list[Membership]] = {}
    rows = legal_entity.memberships.active().select_related("user").order_by("user__last_name", "user__email", "since")
    for row in rows:
        held.setdefault(row.user_id, []).append(row)
    return [
        Member(rows[0].user, tuple(MembershipRole(row.role) for row in rows), rows[0].since) for rows in held.values()
    ]


def holds(email: str, legal_entity: LegalEntity, role: str) -> bool:
    """Whether the owner of an address holds the role now."""
    return legal_entity.memberships.active().filter(user__email__iexact=email, role=role).exists()


def of_token(token: str) -> Invitation | None:
    """The invitation that a link designates, in whatever state; None for an unknown token."""
    digest = invitation_tokens.digest(token)
    return Invitation.objects.filter(token_digest=digest).select_related("legal_entity", "invited_by").first()


def token_of(invitation: Invitation) -> str:
    """The token that the link of an invitation carries."""
    return invitation_tokens.token(invitation.nonce, key=settings.SECRET_KEY)
