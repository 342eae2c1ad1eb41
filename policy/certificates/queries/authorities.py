"""Authorities, who depends on each, and what their sources of revocation answered."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from ..models import CertificateQuerySet, SourceReading, TrustAnchor
from ..trust import AnchorKind
from . import watching

_READINGS = 10


@dataclass(frozen=True)
class AnchorRow:
    """An authority and the number of certificates in force that it, or an authority below it, issued."""

    anchor: TrustAnchor
    dependents: int


def dependents(anchor: TrustAnchor, *, at: datetime) -> CertificateQuerySet:
    """The certificates in force that would fall with the authority: its own, or all of its hierarchy for a root."""
    rows = watching.watched(at).filter(hierarchy=anchor.hierarchy, is_demo=anchor.is_demo)
    return rows if anchor.kind == AnchorKind.ROOT else rows.filter(issuer_digest=anchor.subject_digest)


def anchor_rows(*, at: datetime) -> list[AnchorRow]:
    """Every authority, trusted ones first, in two queries."""
    grouped = watching.watched(at).order_by().values_list("hierarchy", "is_demo", "issuer_digest")
    counts = {tuple(row[:3]): row[3] for row in grouped.annotate(number=Count("pk"))}
    anchors = sorted(TrustAnchor.objects.all(), key=lambda row: (not row.is_trusted, row.hierarchy, row.pk))
    return [AnchorRow(anchor, _count(anchor, counts)) for anchor in anchors]


def _count(anchor: TrustAnchor, counts: dict[tuple[str, bool, str], int]) -> int:
    own = {key: number for key, number in counts.items() if key[:2] == (anchor.hierarchy, anchor.is_demo)}
    if anchor.kind == AnchorKind.ROOT:
        return sum(own.values())
    return own.get((anchor.hierarchy, anchor.is_demo, anchor.subject_digest), 0)


def readings_of(anchor: TrustAnchor) -> list[SourceReading]:
    """The last answers of its sources, newest first."""
    return list(anchor.readings.order_by("-at", "-pk")[:_READINGS])
