"""Who may do what with a candidacy."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import LIFECYCLE
from .models import Candidacy


def roles_on(user: Any, candidacy: Candidacy) -> frozenset[str]:
    """The staff roles, and the roles held in the entity that owns the service."""
    return user.staff_roles | parties.roles_in(user, candidacy.service.owner_id)


registry.register(Candidacy, LIFECYCLE, roles_on=roles_on)
