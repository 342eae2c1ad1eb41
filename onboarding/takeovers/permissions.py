"""Managers of the whitelist take over; who proposed a file does not confirm it."""

from typing import Any

from onboarding.takeovers.lifecycle import LIFECYCLE, LINES, LineMove, Move
from onboarding.takeovers.models import TakeOver, TakeOverLine
from portal.lifecycle import registry

FOUR_EYES = "Vous avez proposé cette reprise : un autre gestionnaire de la liste blanche la confirme."


def roles_on(user: Any, subject: TakeOver | TakeOverLine) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles)


def forbids(user: Any, move: str, takeover: TakeOver) -> str | None:
    """Four eyes."""
    own = user is not None and user.is_person_of(takeover.proposed_by_id)
    return FOUR_EYES if own and move == Move.CONFIRM else None


def forbids_on_line(user: Any, move: str, line: TakeOverLine) -> str | None:
    """Four eyes, line by line too."""
    own = user is not None and line.takeover_id and user.is_person_of(line.takeover.proposed_by_id)
    return FOUR_EYES if own and move == LineMove.CREATE else None


registry.register(TakeOver, LIFECYCLE, roles_on=roles_on, forbids=forbids)
registry.register(TakeOverLine, LINES, roles_on=roles_on, forbids=forbids_on_line)
