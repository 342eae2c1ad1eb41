"""Mails are moved by the portal alone."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import MAILS
from .models import OutgoingEmail


def roles_on(user: Any, mail: OutgoingEmail) -> frozenset[str]:
    """Nobody holds a role on a mail."""
    return frozenset()


registry.register(OutgoingEmail, MAILS, roles_on=roles_on)
