"""What changed on an agent's dossiers since he was last here: told from the journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet

from onboarding.candidacies.lifecycle import OPEN
from onboarding.candidacies.models import Candidacy
from onboarding.workbench import queries as workbench
from portal.accounts.queries import reader
from portal.audit import queries as audit
from portal.audit.models import AccessTrace, AuditEvent
from portal.audit.queries import Told
from portal.statements.queries import Given, statement

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
    told = audit.sentences(_others(reader(user)).rows(reader=user.pk, since=since))
    return Changes(since, tuple(told[:SHOWN]), len(told) > SHOWN)


@statement
def _others(user: Any) -> "QuerySet[AuditEvent]":
    mine = (
        Candidacy.objects.visible_to(user)
        .filter(Q(reviewer=user.pk, state__in=sorted(OPEN)) | Q(pk__in=workbench.followed_by(user)))
        .values("reference")
    )
    events = AuditEvent.objects.filter(subject_reference__in=mine, at__gt=Given("since", DateTimeField()))
    return events.exclude(actor_id=user.pk).select_related("detail").order_by("-seq")[: SHOWN + 1]


def _last_visit(user: Any, now: datetime) -> datetime:
    signed_in = user.last_login or now
    return _read_before().first(reader=user.pk, signed_in=signed_in) or now - USUAL


@statement
def _read_before() -> "QuerySet[AccessTrace, datetime]":
    before = AccessTrace.objects.filter(actor_id=Given("reader"), at__lt=Given("signed_in", DateTimeField()))
    return before.order_by("-at").values_list("at", flat=True)[:1]
