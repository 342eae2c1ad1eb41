"""Administrators open accounts and give roles, two of them together, to others than themselves."""

from typing import Any

from portal.lifecycle import registry

from . import queries
from .lifecycle import ACCOUNTS, ROLES, AccountMove, RoleMove
from .models import RoleProposal, User

FOR_ONESELF = {AccountMove.LINK, AccountMove.UNLINK}
FOR_OTHERS = {AccountMove.WITHDRAW, AccountMove.CLOSE}
ONESELF = "Vous ne pouvez pas changer vos propres rôles : demandez-le à un autre administrateur."
FOUR_EYES = "Vous avez proposé ce rôle : un autre administrateur doit le confirmer."
NOT_ALONE = "Un autre administrateur peut confirmer ce rôle : proposez-le-lui."


def roles_on(user: Any, subject: User) -> frozenset[str]:
    """The staff roles of the person who acts."""
    return frozenset(user.staff_roles)


def not_on_oneself(user: Any, move: str, subject: User) -> str | None:
    """Nobody gives himself rights, nor takes away the last administrator's by mistake."""
    if move in FOR_ONESELF and user is not None and user.pk != subject.pk:
        return "Chacun rattache ses propres identités."
    if move in FOR_OTHERS and user is not None and user.is_person_of(subject.pk):
        return ONESELF
    return None


def roles_on_proposal(user: Any, proposal: RoleProposal) -> frozenset[str]:
    """The staff roles of the person who acts."""
    return frozenset(user.staff_roles)


def two_persons(user: Any, move: str, proposal: RoleProposal) -> str | None:
    """Nobody proposes or confirms a role for himself, nor confirms his own proposal; alone if there is no other."""
    if user is None or move == RoleMove.REJECT:
        return None
    if user.is_person_of(proposal.user_id):
        return ONESELF
    if move == RoleMove.CONFIRM and user.is_person_of(proposal.proposed_by_id):
        return FOUR_EYES
    if move == RoleMove.GIVE_ALONE and not queries.is_alone(user):
        return NOT_ALONE
    return None


registry.register(User, ACCOUNTS, roles_on=roles_on, forbids=not_on_oneself)
registry.register(RoleProposal, ROLES, roles_on=roles_on_proposal, forbids=two_persons)
