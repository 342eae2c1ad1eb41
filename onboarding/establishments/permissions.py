"""Who may do what on a list: the roles held in the legal entity that owns the service."""

from typing import Any

from onboarding.vendors import queries as vendors
from portal.lifecycle import registry

from .lifecycle import LIFECYCLE
from .models import EstablishmentList


def roles_on(user: Any, held: EstablishmentList) -> frozenset[str]:
    """The roles of a person on a list; a delegate with a recorded mandate may hold one more."""
    return user.staff_roles | vendors.roles_for(user, held.service.owner_id)


registry.register(EstablishmentList, LIFECYCLE, roles_on=roles_on)
