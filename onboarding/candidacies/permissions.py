"""Who may do what with a candidacy."""

from typing import Any

from onboarding.vendors import queries as vendors
from portal.accounts.roles import REGIONAL
from portal.lifecycle import registry
from portal.reference.spaces import SpaceKind

from .lifecycle import LIFECYCLE
from .models import Candidacy


def roles_on(user: Any, candidacy: Candidacy) -> frozenset[str]:
    """The national staff roles, those held for its region in a regional space, those held in the service's owner."""
    held = (user.staff_roles - REGIONAL) | vendors.roles_for(user, candidacy.service.owner_id)
    if candidacy.space == SpaceKind.REGIONAL:
        held |= frozenset().union(*(user.roles_in_region(region) for region in candidacy.regions))
    return frozenset(held)


registry.register(Candidacy, LIFECYCLE, roles_on=roles_on)
