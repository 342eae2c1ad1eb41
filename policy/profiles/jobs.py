"""The clock of the policy: versions whose date has come."""

from datetime import datetime

from portal.calendar.schedule import every

from . import operations
from .models import PolicyVersion


@every(seconds=5)
def take_effect_due(now: datetime) -> int:
    """Notes the coming into force of published versions; returns how many. The whitelist is issued anew after it."""
    due = list(PolicyVersion.objects.due(now).order_by("effective_at", "pk"))
    for version in due:
        operations.take_effect(version, at=now)
    return len(due)
