"""Administrators open accounts, give roles and tie accounts, two of them together, and never their own."""

from typing import Any

from portal.lifecycle import registry

from . import queries
from .lifecycle import ACCOUNTS, ROLES, AccountMove, RoleMove
from .models import RoleProposal, User

FOR_ONESELF = {AccountMove.LINK, AccountMove.UNLINK}
FOR_OTHERS = {AccountMove.WITHDRAW, AccountMove.CLOSE, AccountMove.REOPEN, AccountMove.PROPOSE_TIE, AccountMove.TIE}
ONESELF = "Vous ne pouvez pas changer vos propres rôles : demandez-le à un autre administrateur."
FOUR_EYES = "Vous avez proposé ce rôle : un autre administrateur doit le confirmer."
OWN_TIE = "Un de ces comptes est le vôtre : deux autres administrateurs décident s’ils sont ceux d’une même personne."
FOUR_EYES_TIE = "Vous avez proposé de réunir ces comptes : un autre administrateur doit le confirmer."
NOT_ALONE = "Un autre administrateur peut confirmer ce rôle : proposez-le-lui."


def roles_on(user: Any, subject: User) -> frozenset[str]:
    """The staff roles of the person who acts."""
    return frozenset(user.staff_roles)


def not_on_oneself(user: Any, move: str, subject: User) -> str | None:
    """Nobody gives himself rights, nor takes away the last administrator's by mistake; nor ties his own account.

    Whoever confirms a tie did not propose it, unless no other administrator is there.
    """
    if move in FOR_ONESELF and user is not None and user.pk != subject.pk:
        return "Chacun rattache ses propres identités."
    if move in FOR_OTHERS and user is not None and user.is_person_of(subject.pk):
        return ONESELF
    if move == AccountMove.TIE and user is not None:
        if user.is_person_of(subject.tie_to_id):
            return OWN_TIE
        if user.is_person_of(subject.tie_proposed_by_id) and not queries.is_alone(user):
            return FOUR_EYES_TIE
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
