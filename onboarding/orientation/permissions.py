"""Who publishes the questionnaire."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import LIFECYCLE
from .models import OrientationVersion


def roles_on(user: Any, version: OrientationVersion) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles)


registry.register(OrientationVersion, LIFECYCLE, roles_on=roles_on)
