"""Who may change the policy: the staff role alone says it."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import LIFECYCLE
from .models import PolicyVersion


def roles_on(user: Any, version: PolicyVersion) -> frozenset[str]:
    """The staff roles of a person."""
    return user.staff_roles


registry.register(PolicyVersion, LIFECYCLE, roles_on=roles_on)
