"""Who says whether a service is shown."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import LIFECYCLE
from .models import Listing


def roles_on(user: Any, listing: Listing) -> frozenset[str]:
    """The roles held in the entity that owns the service: the agency lists nobody."""
    return parties.roles_in(user, listing.service.owner_id)


registry.register(Listing, LIFECYCLE, roles_on=roles_on)
