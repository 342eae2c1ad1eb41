"""Who leads a campaign: those who decide whom to trust, and those who keep the whitelist."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import ROLLOVERS
from .models import Rollover


def roles_on(user: Any, rollover: Rollover) -> frozenset[str]:
    """Staff roles only."""
    return user.staff_roles


registry.register(Rollover, ROLLOVERS, roles_on=roles_on)
