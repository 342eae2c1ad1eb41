"""Who may claim an entity, ask to join it, or empower a delegate; and who answers."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from . import queries
from .lifecycle import JOINS, LIFECYCLE, MANDATES, JoinMove, Move
from .models import EntityClaim, JoinRequest, Mandate


def roles_on(user: Any, claim: EntityClaim) -> frozenset[str]:
    """The staff roles; a claim gives no role before it is verified."""
    return frozenset(user.staff_roles)


def never_ones_own(user: Any, move: str, claim: EntityClaim) -> str | None:
    """Nobody examines his own claim."""
    if move in (Move.VERIFY, Move.REFUSE) and user is not None and user.pk == claim.claimant_id:
        return "Vous ne pouvez pas examiner votre propre demande : un autre instructeur le fera."
    return None


def roles_on_join(user: Any, request: JoinRequest) -> frozenset[str]:
    """The roles held in the entity that the request designates, if the portal knows it."""
    known = queries.known_entity(request)
    return parties.roles_in(user, known.pk) if known else frozenset()


def only_ones_own(user: Any, move: str, request: JoinRequest) -> str | None:
    """A request is withdrawn by who made it; nobody lets himself in."""
    if user is None:
        return None
    if move == JoinMove.WITHDRAW and user.pk != request.requester_id:
        return "Cette demande n’est pas la vôtre."
    if move == JoinMove.ACCEPT and user.pk == request.requester_id:
        return "Une autre personne répond à votre demande."
    return None


def roles_on_mandate(user: Any, mandate: Mandate) -> frozenset[str]:
    """Staff roles, and the roles held in the entity: a mandate itself empowers nobody to give another."""
    return user.staff_roles | parties.roles_in(user, mandate.legal_entity_id)


registry.register(JoinRequest, JOINS, roles_on=roles_on_join, forbids=only_ones_own)
registry.register(Mandate, MANDATES, roles_on=roles_on_mandate)
registry.register(EntityClaim, LIFECYCLE, roles_on=roles_on, forbids=never_ones_own)
