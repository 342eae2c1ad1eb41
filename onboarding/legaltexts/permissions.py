"""Who publishes a version, who signs for a service."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import SIGNATURES, VERSIONS
from .models import LegalTextVersion, Signature


def roles_on_version(user: Any, version: LegalTextVersion) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles)


def roles_on_signature(user: Any, signature: Signature) -> frozenset[str]:
    """The roles held in the legal entity that owns the service: an agent never signs (settled question 2)."""
    return parties.roles_in(user, signature.legal_entity_id)


registry.register(LegalTextVersion, VERSIONS, roles_on=roles_on_version)
registry.register(Signature, SIGNATURES, roles_on=roles_on_signature)
