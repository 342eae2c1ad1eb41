"""Who may do what on a right: staff roles, and the roles held in the legal entity that holds it."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import LIFECYCLE
from .models import Grant


def roles_on(user: Any, grant: Grant) -> frozenset[str]:
    """The roles of a person on a right.

    The authority to grant was checked by the committee, inside whose move the right is made: its staff role suffices.
    """
    return user.staff_roles | parties.roles_in(user, grant.holder_id)


registry.register(Grant, LIFECYCLE, roles_on=roles_on)
