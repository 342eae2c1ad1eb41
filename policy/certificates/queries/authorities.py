"""Authorities, who depends on each, and what their sources of revocation answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from .. import trust
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
    """The certificates in force that would fall with the authority: its own, and those of the authorities below it."""
    rows = watching.watched(at).filter(hierarchy=anchor.hierarchy, is_demo=anchor.is_demo)
    return rows.filter(issuer_digest__in=issuing(anchor))


def issuing(anchor: TrustAnchor) -> list[str]:
    """The digests of the names that certificates of this authority, or of one below it, bear as their issuer's."""
    if anchor.kind != AnchorKind.ROOT:
        return [anchor.subject_digest]
    return _issuing(anchor, TrustAnchor.objects.filter(kind=AnchorKind.INTERMEDIATE, hierarchy=anchor.hierarchy))


def _issuing(root: TrustAnchor, others: Iterable[TrustAnchor]) -> list[str]:
    issued = (other for other in others if trust.names_as_issuer(other.as_anchor(), root.as_anchor()))
    return sorted({root.subject_digest, *(other.subject_digest for other in issued)})


def anchor_rows(*, at: datetime) -> list[AnchorRow]:
    """Every authority, trusted ones first, in two queries."""
    grouped = watching.watched(at).order_by().values_list("hierarchy", "is_demo", "issuer_digest")
    counts = {tuple(row[:3]): row[3] for row in grouped.annotate(number=Count("pk"))}
    anchors = sorted(TrustAnchor.objects.all(), key=lambda row: (not row.is_trusted, row.hierarchy, row.pk))
    return [AnchorRow(anchor, _count(anchor, anchors, counts)) for anchor in anchors]


def _count(anchor: TrustAnchor, anchors: list[TrustAnchor], counts: dict[tuple[str, bool, str], int]) -> int:
    digests = [anchor.subject_digest]
    if anchor.kind == AnchorKind.ROOT:
        below = [other for other in anchors if other.kind != AnchorKind.ROOT and other.hierarchy == anchor.hierarchy]
        digests = _issuing(anchor, below)
    return sum(counts.get((anchor.hierarchy, anchor.is_demo, digest), 0) for digest in digests)


def readings_of(anchor: TrustAnchor) -> list[SourceReading]:
    """The last answers of its sources, newest first."""
    return list(anchor.readings.order_by("-at", "-pk")[:_READINGS])


def roots_asked(*, at: datetime) -> list[TrustAnchor]:
    """The trusted roots whose list of revoked authorities may be asked, and above certificates in force."""
    roots = TrustAnchor.objects.trusted().filter(kind=AnchorKind.ROOT).exclude(crl_url="").order_by("pk")
    return [root for root in roots if dependents(root, at=at).exists()]


def below(root: TrustAnchor) -> list[TrustAnchor]:
    """The trusted authorities that a root issued: those of its hierarchy whose certificate names it."""
    rows = TrustAnchor.objects.trusted().filter(
        kind=AnchorKind.INTERMEDIATE, hierarchy=root.hierarchy, is_demo=root.is_demo
    )
    return [row for row in rows.order_by("pk") if trust.names_as_issuer(row.as_anchor(), root.as_anchor())]
