"""Mails are moved by the portal alone; each person chooses for himself."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import MAILS, PREFERENCES
from .models import MailPreferences, OutgoingEmail


def roles_on(user: Any, subject: OutgoingEmail | MailPreferences) -> frozenset[str]:
    """Nobody holds a role on a mail, nor on preferences: any signed-in person has his own."""
    return frozenset()


def not_another(user: Any, move: str, preferences: MailPreferences) -> str | None:
    """Nobody chooses for somebody else."""
    return None if preferences.user_id == user.pk else "Chacun choisit ses propres messages."


registry.register(OutgoingEmail, MAILS, roles_on=roles_on)
registry.register(MailPreferences, PREFERENCES, roles_on=roles_on, forbids=not_another)
