"""The agency's settings for tests: a value decided by two administrators."""

from datetime import datetime
from typing import Any

from portal.accounts.roles import StaffRole
from portal.parameters import operations
from portal.parameters.lifecycle import State
from portal.parameters.models import Parameter
from tests.factories.accounts import AgentFactory


def setting(key: str, value: Any, *, at: datetime) -> Parameter:
    """A value that applies from an instant on."""
    made = operations.set_value(key, value, by=AgentFactory(roles=[StaffRole.ADMINISTRATOR]), reason="Essai", at=at)
    if made.state == State.PROPOSED:
        operations.approve(made, by=AgentFactory(roles=[StaffRole.ADMINISTRATOR]), at=at)
    return made
