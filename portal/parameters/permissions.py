"""Administrators set values; a proposal is approved by somebody else."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import LIFECYCLE, Move
from .models import Parameter


def roles_on(user: Any, parameter: Parameter) -> frozenset[str]:
    """Staff roles hold on every setting."""
    return frozenset(user.staff_roles)


def forbids(user: Any, move: str, parameter: Parameter) -> str | None:
    """Nobody approves his own proposal."""
    if move == Move.APPROVE and user is not None and user.is_person_of(parameter.proposed_by_id):
        return "Vous avez proposé cette valeur : une autre personne doit l’approuver."
    return None


registry.register(Parameter, LIFECYCLE, roles_on=roles_on, forbids=forbids)
