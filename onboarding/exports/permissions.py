"""Any agent asks for an export of what he may see."""

from typing import Any

from onboarding.exports.lifecycle import LIFECYCLE
from onboarding.exports.models import Export
from portal.lifecycle import registry


def roles_on(user: Any, export: Export) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles)


registry.register(Export, LIFECYCLE, roles_on=roles_on)
