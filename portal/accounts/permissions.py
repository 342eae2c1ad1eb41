"""Administrators open accounts and give roles, to others than themselves."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import ACCOUNTS, AccountMove
from .models import User

FOR_ONESELF = {AccountMove.LINK, AccountMove.UNLINK}
FOR_OTHERS = {AccountMove.WITHDRAW, AccountMove.CLOSE, AccountMove.ASSIGN}


def roles_on(user: Any, subject: User) -> frozenset[str]:
    """The staff roles of the person who acts."""
    return frozenset(user.staff_roles)


def not_on_oneself(user: Any, move: str, subject: User) -> str | None:
    """Nobody gives himself rights, nor takes away the last administrator's by mistake."""
    if move in FOR_ONESELF and user is not None and user.pk != subject.pk:
        return "Chacun rattache ses propres identités."
    if move in FOR_OTHERS and user is not None and user.pk == subject.pk:
        return "Vous ne pouvez pas changer vos propres rôles : demandez-le à un autre administrateur."
    return None


registry.register(User, ACCOUNTS, roles_on=roles_on, forbids=not_on_oneself)
