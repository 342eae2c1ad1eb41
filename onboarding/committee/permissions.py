"""The secretary keeps the calendar, the agenda and the decisions; everybody else of the agency reads."""

from typing import Any

from onboarding.committee.lifecycle import DECISIONS, SESSIONS
from onboarding.committee.models import CommitteeSession, Decision
from portal.lifecycle import registry


def roles_on(user: Any, subject: CommitteeSession | Decision) -> frozenset[str]:
    """The staff roles: no vendor holds one on a session or on a decision."""
    return frozenset(user.staff_roles)


registry.register(CommitteeSession, SESSIONS, roles_on=roles_on)
registry.register(Decision, DECISIONS, roles_on=roles_on)
