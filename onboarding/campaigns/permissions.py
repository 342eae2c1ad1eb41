"""Who may do what on a campaign: test verifiers, and the members of the legal entity that holds the right."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import LIFECYCLE, PLATFORMS
from .models import TestCampaign, TestPlatform


def roles_on(user: Any, campaign: TestCampaign) -> frozenset[str]:
    """The roles of a person on a campaign."""
    return user.staff_roles | parties.roles_in(user, campaign.grant.holder_id)


def roles_on_platform(user: Any, platform: TestPlatform) -> frozenset[str]:
    """Staff roles hold on every platform."""
    return frozenset(user.staff_roles)


registry.register(TestCampaign, LIFECYCLE, roles_on=roles_on)
registry.register(TestPlatform, PLATFORMS, roles_on=roles_on_platform)
