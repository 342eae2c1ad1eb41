"""Who declares and retires certificates: the members of the service's owner whose role allows it."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import ANCHORS, CERTIFICATES
from .models import Certificate, TrustAnchor


def roles_on_certificate(user: Any, certificate: Certificate) -> frozenset[str]:
    """Staff roles, and the roles held in the owner of the service."""
    return user.staff_roles | parties.roles_in(user, certificate.service.owner_id)


def roles_on_anchor(user: Any, anchor: TrustAnchor) -> frozenset[str]:
    """Staff roles only: authorities are nobody's."""
    return user.staff_roles


registry.register(Certificate, CERTIFICATES, roles_on=roles_on_certificate)
registry.register(TrustAnchor, ANCHORS, roles_on=roles_on_anchor)
