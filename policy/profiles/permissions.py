"""Who may change the policy: the staff role says it, and two persons for an approval."""

from typing import Any

from portal.lifecycle import registry

from . import queries
from .lifecycle import LIFECYCLE, Move
from .models import PolicyVersion

FOUR_EYES = "Vous avez écrit dans ce projet : une autre personne doit l’approuver, qui n’y a rien changé."
SYSTEM_APPROVES_DELIVERED = "Le portail n’approuve que la politique qu’il fournit."


def roles_on(user: Any, version: PolicyVersion) -> frozenset[str]:
    """The staff roles of a person."""
    return user.staff_roles


def forbids(user: Any, move: str, version: PolicyVersion) -> str | None:
    """Four eyes: nobody who ever wrote in a draft approves it, even when somebody else changed it since."""
    if move != Move.APPROVE:
        return None
    if user is None:
        return None if version.delivered else SYSTEM_APPROVES_DELIVERED
    return FOUR_EYES if user.own_accounts & frozenset(queries.authors_of(version)) else None


registry.register(PolicyVersion, LIFECYCLE, roles_on=roles_on, forbids=forbids)
