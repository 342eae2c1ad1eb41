"""What the clock watches: certificates in force, the sources of their authorities, and what is wrong with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Max, Min, OuterRef, Q, Subquery

from portal.calendar.deadlines import end_of_day, paris_date
from portal.parameters import queries as parameters
from portal.web import wording

from .. import companions
from ..models import (
    Certificate,
    CertificateQuerySet,
    CheckRun,
    ExpiryNotice,
    SourceReading,
    TrustAnchor,
)
from ..revocation import Source, Standing

CHUNK = 1000
ENDING = 90  # days: the certificates that lists and pages call « bientôt expirés »
LAST_DAYS = 2
LATE = timedelta(hours=36)  # a nightly round that did not come
LATE_PERIODS = 3  # of the published list


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


def issuers(rows: CertificateQuerySet, *, also: Iterable[str] = ()) -> list[TrustAnchor]:
    """The trusted authorities that issued some of these certificates, the latest of each name.

    `also` are the digests of other authorities' names.
    """
    named = rows.order_by().values("issuer_digest").distinct()
    wanted = Q(subject_digest__in=named) | Q(subject_digest__in=list(also))
    found = TrustAnchor.objects.trusted().filter(wanted).order_by("pk")
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


def faulty(at: datetime) -> CertificateQuerySet:
    """The certificates in force that the last review found to be mended."""
    return watched(at).exclude(fault="")


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
    if unknown := watched(at).filter(revocation=Standing.UNKNOWN).count() + companions.unknown(at):
        found.append(Alarm("Révocation inconnue", f"{_certificates(unknown)} : aucune source fiable n’a répondu."))
    for anchor in TrustAnchor.objects.trusted().filter(revocation__in=[Standing.REVOKED, Standing.UNKNOWN]):
        found.append(Alarm(f"{anchor.name} : {anchor.get_revocation_display().lower()}", anchor.revocation_sentence))
    if mended := faulty(at).count() + companions.faulty(at):
        found.append(
            Alarm("Certificats à corriger", f"{_certificates(mended)} : la revue nocturne y trouve un défaut.")
        )
    return [*found, *_late(at)]


def _late(at: datetime) -> Iterator[Alarm]:
    """The rounds that should have come by now."""
    last = CheckRun.objects.aggregate(
        complete=Max("started_at", filter=Q(is_complete=True)), listed=Max("started_at", filter=Q(is_listed=True))
    )
    complete, listed = last["complete"], last["listed"]
    if complete and complete < at - LATE:
        yield Alarm("Contrôle nocturne en retard", "Le dernier contrôle complet date de plus de 36 heures.")
    if not listed:
        return
    latest = max(listed, complete or listed)
    if latest < at - LATE_PERIODS * timedelta(minutes=revocation_period(at=at)):
        said = f"Le dernier contrôle des certificats de la liste publiée date de {wording.moment(latest)}."
        yield Alarm("Contrôle de la liste publiée en retard", said)


def revocation_period(*, at: datetime) -> int:
    """How often the certificates of the published list are asked about, in minutes."""
    return parameters.integer("certificates.revocation_minutes", at=at)


def last_listed_round() -> datetime | None:
    """When the certificates of the published list were last asked about, alone or among all."""
    rounds = CheckRun.objects.filter(Q(is_listed=True) | Q(is_complete=True)).order_by("-started_at")
    return rounds.values_list("started_at", flat=True).first()


def was_in_trouble(reading: SourceReading) -> bool:
    """Whether the source was already in trouble when it was last asked, before this reading."""
    former = SourceReading.objects.filter(anchor=reading.anchor, kind=reading.kind, at__lt=reading.at)
    return bool(former.order_by("-at", "-pk").values_list("trouble", flat=True).first())


def last_list_issued(anchor: TrustAnchor) -> datetime | None:
    """When the latest revocation list that could be relied upon was issued by an authority."""
    held = SourceReading.objects.filter(anchor=anchor, kind=Source.CRL, trouble="", url=anchor.crl_url)
    return held.aggregate(latest=Max("issued_at"))["latest"]


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


def is_ending(certificate: Certificate, *, at: datetime) -> bool:
    """True when the certificate ends within the time of the first notice, or has ended."""
    return certificate.not_after <= at + timedelta(days=ENDING)


def to_escalate(at: datetime, *, days: int) -> CertificateQuerySet:
    """Certificates told of, that end within `days`, that nothing replaces and nobody took charge of.

    In the last two days, that somebody took charge is no longer enough.
    """
    today = paris_date(at)
    near, urgent = (end_of_day(today + timedelta(days=number)) for number in (days, LAST_DAYS))
    ending = Certificate.objects.declared().filter(not_after__gt=at - timedelta(days=7), not_after__lte=near)
    unanswered = ending.filter(Q(acknowledged_at=None) | Q(not_after__lte=urgent), escalated_at=None)
    told = Exists(ExpiryNotice.objects.filter(certificate=OuterRef("pk")))
    return unanswered.filter(told, ~Exists(replacing())).order_by("not_after", "pk")


def replacing() -> CertificateQuerySet:
    """What takes over from the certificate of the query around: same service, environment and client, later end."""
    return Certificate.objects.declared().filter(
        service=OuterRef("service"),
        environment=OuterRef("environment"),
        client_number=OuterRef("client_number"),
        not_after__gt=OuterRef("not_after"),
    )


def unprepared(*, at: datetime, days: int) -> list[Certificate]:
    """Declared certificates that end within `days`, or ended less than a week ago, and that nothing replaces."""
    ending = Certificate.objects.declared().filter(not_after__gt=at - timedelta(days=7))
    soon = ending.filter(not_after__lte=at + timedelta(days=days)).order_by("not_after", "pk")
    return list(soon.filter(~Exists(replacing())).select_related("service__owner"))


def successors(certificate: Certificate) -> CertificateQuerySet:
    """Those of the same service, environment and client that end later, and may serve: what replaces it."""
    same = Q(client_number=certificate.client_number)
    peers = certificate.service.certificates.declared().filter(same, environment=certificate.environment)
    return peers.filter(not_after__gt=certificate.not_after).exclude(pk=certificate.pk).order_by("-not_after")
