"""Who publishes a version, who signs for a service."""

from typing import Any

from onboarding.vendors import queries as vendors
from portal.lifecycle import registry

from .lifecycle import CALLS, DELIVERIES, SIGNATURES, VERSIONS
from .models import LegalTextVersion, Signature, SignatureCall, TextDelivery


def roles_on_version(user: Any, version: LegalTextVersion | TextDelivery) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles)


def roles_on_signature(user: Any, signature: Signature) -> frozenset[str]:
    """The roles held in the legal entity that owns the service: an agent never signs (settled question 2)."""
    return vendors.roles_for(user, signature.legal_entity_id)


def roles_on_call(user: Any, call: SignatureCall) -> frozenset[str]:
    """The staff roles, and those held in the legal entity that is asked to sign."""
    return frozenset(user.staff_roles) | vendors.roles_for(user, call.legal_entity_id)


registry.register(LegalTextVersion, VERSIONS, roles_on=roles_on_version)
registry.register(Signature, SIGNATURES, roles_on=roles_on_signature)
registry.register(SignatureCall, CALLS, roles_on=roles_on_call)
registry.register(TextDelivery, DELIVERIES, roles_on=roles_on_version)
