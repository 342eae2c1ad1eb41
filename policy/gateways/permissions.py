"""Gateways speak by their token: no person acknowledges for them."""

from typing import Any

from policy.certificates import uses
from policy.whitelist import applied
from portal.lifecycle import registry

from . import queries
from .lifecycle import ACKNOWLEDGEMENTS
from .models import Acknowledgement


def roles_on(user: Any, subject: Acknowledgement) -> frozenset[str]:
    """Nobody's: the API speaks as the system."""
    return frozenset()


registry.register(Acknowledgement, ACKNOWLEDGEMENTS, roles_on=roles_on)
uses.register(queries.uses_of)
applied.register(queries.applications)
applied.count_with(queries.calls_of)
