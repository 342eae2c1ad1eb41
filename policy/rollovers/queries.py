"""Readings of campaigns: which certificates they follow, what became of each, who must still act."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from policy.certificates import queries as certificates
from policy.certificates.lifecycle import State as CertificateState
from policy.certificates.models import Certificate, TrustAnchor
from portal.parties.models import DigitalService

from . import progress
from .models import Rollover, RolloverLine
from .progress import Progress, Standing


@dataclass(frozen=True)
class Followed:
    """A certificate of a campaign and what became of it."""

    certificate: Certificate
    standing: Standing


def affected(anchor: TrustAnchor, *, at: datetime) -> QuerySet[Certificate]:
    """The certificates in force that depend on an authority."""
    return certificates.dependents(anchor, at=at)


def candidates(anchor: TrustAnchor) -> QuerySet[TrustAnchor]:
    """The authorities that may take over: trusted, of the same hierarchy."""
    trusted = TrustAnchor.objects.trusted().filter(hierarchy=anchor.hierarchy, kind=anchor.kind)
    return trusted.exclude(pk=anchor.pk).order_by("name", "pk")


def followed(rollover: Rollover, *, at: datetime, user: Any = None) -> list[Followed]:
    """Every certificate of a campaign that the person may see (all without `user`), vendor by vendor, in one query."""
    found = [Followed(line.certificate, _standing(line, at)) for line in _lines(rollover, at, user)]
    order = list(Standing)
    return sorted(found, key=lambda one: order.index(one.standing))


def _lines(rollover: Rollover, at: datetime, user: Any) -> QuerySet[RolloverLine]:
    other = Certificate.objects.declared().filter(
        service=OuterRef("certificate__service"),
        environment=OuterRef("certificate__environment"),
        client_number=OuterRef("certificate__client_number"),
        not_after__gte=at,
    )
    replacement = other.exclude(issuer_digest__in=certificates.issuing(rollover.anchor))
    rows = rollover.lines.annotate(has_replacement=Exists(replacement)).select_related("certificate__service__owner")
    if user is not None:
        rows = rows.filter(certificate__service__in=DigitalService.objects.visible_to(user))
    return rows.order_by("certificate__service__owner__name", "certificate__pk").defer(
        "certificate__pem", "certificate__checks"
    )


def _standing(line: Any, at: datetime) -> Standing:
    held = line.certificate
    is_in_force = held.state == CertificateState.DECLARED and held.not_after >= at
    return progress.standing(is_in_force=is_in_force, has_replacement=line.has_replacement)


def progress_of(rollover: Rollover, *, at: datetime) -> Progress:
    """How far the campaign has come."""
    return progress.of(one.standing for one in followed(rollover, at=at))


def late_comers(rollover: Rollover, *, at: datetime) -> QuerySet[Certificate]:
    """The certificates of the leaving authority declared since the campaign opened: not followed yet."""
    return affected(rollover.anchor, at=at).exclude(pk__in=rollover.lines.values("certificate"))


def owners_waiting(rollover: Rollover, *, at: datetime) -> list[int]:
    """The keys of the legal entities that still have a certificate to replace."""
    waiting = (one for one in followed(rollover, at=at) if one.standing is Standing.WAITING)
    return sorted({one.certificate.service.owner_id for one in waiting})


def listed(user: Any) -> list[Rollover]:
    """The campaigns that the person may see, those under way first."""
    rows = Rollover.objects.visible_to(user).select_related("anchor", "successor")
    return sorted(rows, key=lambda row: (row.closed_at is not None, -row.pk))
