"""Who declares, who answers, who follows a breach, who confirms for the year."""

from typing import Any

from onboarding.vendors import queries as vendors
from portal.accounts.roles import StaffRole
from portal.lifecycle import registry

from .kinds import Applier, Kind
from .lifecycle import BREACHES, CHANGES, CONFIRMATIONS, Move, State
from .models import BreachCase, ChangeDeclaration, YearlyConfirmation

ANSWERERS = {
    Applier.REVIEWER: frozenset({StaffRole.REVIEWER}),
    Applier.MANAGER: frozenset({StaffRole.WHITELIST_MANAGER}),
}
DECIDING = frozenset({Move.ACCEPT, Move.APPLY, Move.CALL_OFF})
BY_COMMITTEE = "Ce changement se décide en comité : la candidature modificative porte la réponse."
NOT_ACCEPTED = "Ce changement n’est pas encore accepté : il ne s’applique qu’ensuite."
BY_OTHERS = "Ce changement est accepté et appliqué par {who}."
ALREADY_THERE = "La décision du comité a déjà changé le droit : déclarez un autre changement."


def roles_on(user: Any, subject: ChangeDeclaration | BreachCase | YearlyConfirmation) -> frozenset[str]:
    """Staff roles, and the roles held in the entity that holds the right, a recorded mandate included."""
    return user.staff_roles | vendors.roles_for(user, subject.grant.holder_id)


def forbids(user: Any, move: str, declaration: ChangeDeclaration) -> str | None:
    """Who would have to apply a change accepts it; what the committee decides is decided nowhere else.

    Only the clock applies what nobody accepted: a simple notice. Who applies calls off, and the vendor; not what the
    committee's decision has changed already (a merger changes nothing before it is applied).
    """
    if user is None or move not in DECIDING or not declaration.applier:
        return None
    if move == Move.APPLY and declaration.state == State.DECLARED:
        return NOT_ACCEPTED
    applier = Applier(declaration.applier)
    if move == Move.CALL_OFF and applier is Applier.COMMITTEE and declaration.kind != Kind.MERGER:
        return ALREADY_THERE
    if move == Move.CALL_OFF and not user.staff_roles:
        return None
    if applier is Applier.COMMITTEE and move == Move.ACCEPT:
        return BY_COMMITTEE
    wanted = ANSWERERS.get(applier, frozenset({StaffRole.WHITELIST_MANAGER}))
    return None if user.staff_roles & wanted else BY_OTHERS.format(who=applier.label)


registry.register(ChangeDeclaration, CHANGES, roles_on=roles_on, forbids=forbids)
registry.register(BreachCase, BREACHES, roles_on=roles_on)
registry.register(YearlyConfirmation, CONFIRMATIONS, roles_on=roles_on)
