"""Who opens, answers, decides and lifts a measure: nobody alone."""

from typing import Any

from policy.grants import remarks
from portal.accounts.roles import StaffRole
from portal.lifecycle import registry
from portal.parties import queries as parties

from . import queries
from .extent import Nature
from .lifecycle import SANCTIONS, Move
from .models import Sanction

FOUR_EYES = "Vous avez ouvert cette mesure : une autre personne doit en décider."
FOUR_EYES_BACK = "Vous avez proposé de lever cette mesure : une autre personne doit en décider."
NOT_ASKED = "La levée de la mesure n’a pas encore été proposée."
ALREADY_ASKED = "La levée de la mesure est déjà proposée."
FOR_GOOD = "Un retrait ne se lève pas : un nouveau droit suppose une nouvelle décision."
BY_MANAGER = "Un retrait se décide par un gestionnaire de la liste blanche."


def roles_on(user: Any, sanction: Sanction) -> frozenset[str]:
    """Staff roles, and the roles held in the entity that holds the right."""
    return user.staff_roles | parties.roles_in(user, sanction.grant.holder_id)


def forbids(user: Any, move: str, sanction: Sanction) -> str | None:
    """Four eyes both ways; a withdrawal is never lifted."""
    if user is None:
        return None
    if move in (Move.DECIDE, Move.CONFIRM):
        return _deciding(user, sanction)
    if move in (Move.PROPOSE_LIFTING, Move.KEEP, Move.LIFT):
        return _lifting(user, move, sanction)
    return None


def _deciding(user: Any, sanction: Sanction) -> str | None:
    if user.is_person_of(sanction.opened_by_id):
        return FOUR_EYES
    if sanction.nature == Nature.WITHDRAWAL and StaffRole.WHITELIST_MANAGER not in user.staff_roles:
        return BY_MANAGER
    return None


def _lifting(user: Any, move: str, sanction: Sanction) -> str | None:
    asked_by = sanction.lifting_proposed_by_id
    if sanction.nature == Nature.WITHDRAWAL:
        return FOR_GOOD
    if move == Move.PROPOSE_LIFTING:
        return ALREADY_ASKED if asked_by else None
    if asked_by is None:
        return NOT_ASKED
    return FOUR_EYES_BACK if move == Move.LIFT and user.is_person_of(asked_by) else None


registry.register(Sanction, SANCTIONS, roles_on=roles_on, forbids=forbids)
remarks.register(queries.remarks_on)
