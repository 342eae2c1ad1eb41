"""Who declares and retires the certificate of a server: who declares those of clients."""

from typing import Any

from policy.certificates import expiries
from portal.lifecycle import registry
from portal.parties import queries as parties

from . import queries
from .lifecycle import SERVERS
from .models import ServerCertificate


def roles_on(user: Any, subject: ServerCertificate) -> frozenset[str]:
    """Staff roles, and the roles held in the owner of the service."""
    return user.staff_roles | parties.roles_in(user, subject.service.owner_id)


registry.register(ServerCertificate, SERVERS, roles_on=roles_on)
expiries.register(queries.expiries)
