"""The exports that wait for the worker, and those past their time."""

from datetime import datetime, timedelta

from django.db.models import Q

from onboarding.exports.lifecycle import State
from onboarding.exports.models import Export

AGAIN = timedelta(minutes=10)  # a worker that died gives its export back


def waiting(now: datetime) -> Export | None:
    """The oldest export that no worker is making."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - AGAIN)
    return Export.objects.filter(free, state=State.QUEUED).defer("content").order_by("asked_at", "pk").first()


def past(now: datetime) -> list[Export]:
    """The files whose time is over."""
    return list(Export.objects.filter(state=State.READY, expires_at__lte=now).order_by("pk")[:100])
