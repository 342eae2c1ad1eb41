"""Who may do what on a list: the roles held in the legal entity that owns the service."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import LIFECYCLE
from .models import EstablishmentList


def roles_on(user: Any, held: EstablishmentList) -> frozenset[str]:
    """The roles of a person on a list."""
    return user.staff_roles | parties.roles_in(user, held.service.owner_id)


registry.register(EstablishmentList, LIFECYCLE, roles_on=roles_on)
