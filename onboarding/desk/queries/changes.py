"""What changed on an agent's dossiers since he was last here: told from the journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from onboarding.candidacies.lifecycle import OPEN
from onboarding.candidacies.models import Candidacy
from onboarding.workbench import queries as workbench
from portal.audit import queries as audit
from portal.audit.models import AccessTrace, AuditEvent
from portal.audit.queries import Told

SHOWN = 12
USUAL = timedelta(days=7)  # how far back for who was never here


@dataclass(frozen=True, slots=True)
class Changes:
    """What others did since an instant on the dossiers that the agent reviews or follows, the latest first."""

    since: datetime
    told: tuple[Told, ...]
    more: bool


def since_last_visit(user: Any, *, now: datetime) -> Changes:
    """The changes since the last page that the agent read before this sign-in; three queries."""
    since = _last_visit(user, now)
    mine = (
        Candidacy.objects.visible_to(user)
        .filter(Q(reviewer=user.pk, state__in=sorted(OPEN)) | Q(pk__in=workbench.followed_by(user)))
        .values("reference")
    )
    events = AuditEvent.objects.filter(subject_reference__in=mine, at__gt=since)
    others = events.exclude(actor_id=user.pk).select_related("detail").order_by("-seq")[: SHOWN + 1]
    told = audit.sentences(others)
    return Changes(since, tuple(told[:SHOWN]), len(told) > SHOWN)


def _last_visit(user: Any, now: datetime) -> datetime:
    signed_in = user.last_login or now
    read = AccessTrace.objects.filter(actor_id=user.pk, at__lt=signed_in).order_by("-at")
    return read.values_list("at", flat=True).first() or now - USUAL
