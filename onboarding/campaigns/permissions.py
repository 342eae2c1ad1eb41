"""Who may do what on a campaign or an attestation: the agency's roles, and those held in the entity."""

from typing import Any

from portal.documents import cautions
from portal.documents.kinds import Kind
from portal.lifecycle import registry
from portal.parties import queries as parties

from . import queries
from .lifecycle import ATTESTATIONS, LIFECYCLE, PLATFORMS
from .models import OrderingCustomer, TestCampaign, TestPlatform


def roles_on(user: Any, subject: TestCampaign | OrderingCustomer) -> frozenset[str]:
    """The roles of a person on a campaign, or on the attestation of an ordering customer."""
    return user.staff_roles | parties.roles_in(user, subject.grant.holder_id)


def roles_on_platform(user: Any, platform: TestPlatform) -> frozenset[str]:
    """Staff roles hold on every platform."""
    return frozenset(user.staff_roles)


registry.register(TestCampaign, LIFECYCLE, roles_on=roles_on)
registry.register(TestPlatform, PLATFORMS, roles_on=roles_on_platform)
registry.register(OrderingCustomer, ATTESTATIONS, roles_on=roles_on)
cautions.register(Kind.TEST_ATTESTATION, queries.caution_on)
