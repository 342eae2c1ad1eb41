"""What the clock watches: certificates in force, the sources of their authorities, and what is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q, Subquery

from portal.calendar.deadlines import end_of_day, paris_date

from ..models import Certificate, CertificateQuerySet, CheckRun, ExpiryNotice, SourceReading, TrustAnchor
from ..revocation import Source, Standing

CHUNK = 1000
LATE = timedelta(hours=36)  # a nightly round that did not come


@dataclass(frozen=True)
class Alarm:
    """Something that an agent must look at: a title and a sentence."""

    title: str
    sentence: str


def watched(at: datetime) -> CertificateQuerySet:
    """The certificates whose revocation matters: declared, and not expired."""
    return Certificate.objects.declared().filter(not_after__gte=at)


def issuer_of(certificate: Certificate) -> TrustAnchor | None:
    """The trusted authority whose name the certificate bears as its issuer."""
    anchors = TrustAnchor.objects.trusted().filter(hierarchy=certificate.hierarchy)
    return anchors.filter(subject_digest=certificate.issuer_digest).order_by("-pk").first()


def issuers(rows: CertificateQuerySet) -> list[TrustAnchor]:
    """The trusted authorities that issued some of these certificates, the latest of each name."""
    named = rows.order_by().values("issuer_digest").distinct()
    found = TrustAnchor.objects.trusted().filter(subject_digest__in=named).order_by("pk")
    return list({(anchor.hierarchy, anchor.subject_digest): anchor for anchor in found}.values())


def issued_by(rows: CertificateQuerySet, anchor: TrustAnchor) -> CertificateQuerySet:
    """Those of these certificates that bear the authority's name as their issuer."""
    return rows.filter(issuer_digest=anchor.subject_digest, hierarchy=anchor.hierarchy)


def chunks(rows: CertificateQuerySet, *, size: int = CHUNK) -> Iterator[list[tuple[int, int, str]]]:
    """(key, serial number, PEM) of these certificates by bounded lists, whatever changes meanwhile."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "serial", "pem")[:size]):
        yield [(pk, int(serial, 16), pem) for pk, serial, pem in found]
        last = found[-1][0]


def runs(*, limit: int = 30) -> list[CheckRun]:
    """The last rounds of checks, newest first, with what their sources answered."""
    return list(CheckRun.objects.order_by("-started_at", "-pk").prefetch_related("readings__anchor")[:limit])


def latest_readings() -> list[SourceReading]:
    """The last answer of every source of a trusted authority."""
    last = SourceReading.objects.filter(anchor=OuterRef("anchor"), kind=OuterRef("kind")).order_by("-at", "-pk")
    newest = SourceReading.objects.filter(pk=Subquery(last.values("pk")[:1])).select_related("anchor")
    return [reading for reading in newest.order_by("anchor", "kind") if reading.anchor.is_trusted]


def alarms(*, at: datetime) -> list[Alarm]:
    """What is wrong now: sources in trouble, certificates whose revocation is unknown, a round that did not come."""
    found = [
        Alarm(f"{reading.anchor.name} : {Source(reading.kind).label}", reading.sentence)
        for reading in latest_readings()
        if reading.trouble
    ]
    if unknown := watched(at).filter(revocation=Standing.UNKNOWN).count():
        found.append(Alarm("Révocation inconnue", f"{_certificates(unknown)} : aucune source fiable n’a répondu."))
    last = CheckRun.objects.filter(is_complete=True).order_by("-started_at").first()
    if last and last.started_at < at - LATE:
        found.append(Alarm("Contrôle nocturne en retard", "Le dernier contrôle complet date de plus de 36 heures."))
    return found


def _certificates(count: int) -> str:
    return "1 certificat" if count == 1 else f"{count} certificats"


def to_warn(at: datetime, *, horizon: int, past: int) -> CertificateQuerySet:
    """Declared certificates that end within `horizon` days, or ended at most `past` days ago, with the last threshold.

    `warned` is the smallest threshold already sent, None when none was.
    """
    today = paris_date(at)
    first, last = end_of_day(today - timedelta(days=past + 1)), end_of_day(today + timedelta(days=horizon))
    sent = ExpiryNotice.objects.filter(certificate=OuterRef("pk")).order_by().values("certificate")
    smallest = Subquery(sent.annotate(least=Min("threshold")).values("least"))
    ending = Certificate.objects.declared().filter(not_after__gt=first, not_after__lte=last)
    return ending.annotate(warned=smallest).order_by("not_after", "pk")


def unprepared(*, at: datetime, days: int) -> list[Certificate]:
    """Declared certificates that end within `days`, or ended less than a week ago, and that nothing replaces."""
    ending = Certificate.objects.declared().filter(not_after__gt=at - timedelta(days=7))
    soon = ending.filter(not_after__lte=at + timedelta(days=days)).order_by("not_after", "pk")
    later = Certificate.objects.declared().filter(
        service=OuterRef("service"),
        environment=OuterRef("environment"),
        client_number=OuterRef("client_number"),
        not_after__gt=OuterRef("not_after"),
    )
    return list(soon.filter(~Exists(later)).select_related("service__owner"))


def successors(certificate: Certificate) -> CertificateQuerySet:
    """Those of the same service, environment and client that end later, and may serve: what replaces it."""
    same = Q(client_number=certificate.client_number)
    peers = certificate.service.certificates.declared().filter(same, environment=certificate.environment)
    return peers.filter(not_after__gt=certificate.not_after).exclude(pk=certificate.pk).order_by("-not_after")
