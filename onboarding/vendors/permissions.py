"""Who may claim an entity, and who may examine the claim."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import LIFECYCLE, Move
from .models import EntityClaim


def roles_on(user: Any, claim: EntityClaim) -> frozenset[str]:
    """The staff roles; a claim gives no role before it is verified."""
    return frozenset(user.staff_roles)


def never_ones_own(user: Any, move: str, claim: EntityClaim) -> str | None:
    """Nobody examines his own claim."""
    if move in (Move.VERIFY, Move.REFUSE) and user is not None and user.pk == claim.claimant_id:
        return "Vous ne pouvez pas examiner votre propre demande : un autre instructeur le fera."
    return None


registry.register(EntityClaim, LIFECYCLE, roles_on=roles_on, forbids=never_ones_own)
