"""The clock's part: invitations that are about to expire, or have expired."""

from datetime import datetime, timedelta

from portal.calendar.schedule import every

from . import operations
from .models import Invitation

BEFORE = timedelta(hours=24)
AT_ONCE = 200


@every(seconds=900)
def remind_invitations(now: datetime) -> int:
    """Tells both sides of the invitations that expire within a day; returns how many."""
    found = list(Invitation.objects.to_remind(before=now + BEFORE, now=now).order_by("expires_at", "pk")[:AT_ONCE])
    for invitation in found:
        operations.remind_invitation(invitation, at=now)
    return len(found)


@every(seconds=900)
def lapse_invitations(now: datetime) -> int:
    """Tells both sides of the invitations that have expired; returns how many."""
    found = list(Invitation.objects.to_lapse(now).order_by("expires_at", "pk")[:AT_ONCE])
    for invitation in found:
        operations.lapse_invitation(invitation, at=now)
    return len(found)
