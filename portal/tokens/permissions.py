"""Administrators make and revoke tokens."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import LIFECYCLE
from .models import ApiToken


def roles_on(user: Any, token: ApiToken) -> frozenset[str]:
    """The staff roles of a person; nothing depends on the token."""
    return user.staff_roles


registry.register(ApiToken, LIFECYCLE, roles_on=roles_on)
