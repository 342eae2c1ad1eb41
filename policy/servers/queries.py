"""Readings of servers' certificates: the host they must name, the verdict of now, what ends when."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Min, OuterRef, Subquery
from django.urls import reverse

from policy.certificates import checks, deposit, inspection
from policy.certificates import queries as certificates
from policy.certificates.checks import Check
from policy.certificates.companions import Companion
from policy.certificates.environments import Environment
from policy.certificates.expiries import Expiry
from policy.certificates.revocation import Standing
from policy.certificates.trust import Anchor, Trusted
from policy.grants.models import Grant
from portal.calendar.deadlines import end_of_day, paris_date
from portal.parties import queries as parties
from portal.parties.models import DigitalService, LegalEntity
from portal.parties.roles import MembershipRole
from portal.web import wording

from . import hosts, judgement
from .judgement import Origin, Server
from .models import ServerCertificate, ServerCertificateQuerySet, ServerNotice

CHUNK = 200


def declared_host(service: DigitalService, environment: Environment) -> str:
    """The host of the address declared for an environment: production's own when a right has one, else the service's.

    Empty when no address was declared.
    """
    if environment is Environment.PRODUCTION:
        rights = Grant.objects.living().filter(service=service).exclude(production_url="").order_by("-pk")
        for url in rights.values_list("production_url", flat=True):
            return hosts.host_of(url)
    return hosts.host_of(service.url)


def of_service(service: DigitalService, environment: Environment) -> list[ServerCertificate]:
    """Those of a service in an environment, the latest first."""
    return list(service.server_certificates.filter(environment=environment).order_by("-pk").defer("pem", "chain"))


def visible_services(user: Any) -> Any:
    """The services whose servers the person may see."""
    return DigitalService.objects.visible_to(user).select_related("owner")


def verdict(certificate: ServerCertificate, *, at: datetime) -> list[Check]:
    """The checks kept, the dates judged now, the revocation as the clock last found it."""
    kept = [checks.from_json(value) for value in certificate.checks]
    return with_revocation(
        certificate, kept, dates=checks.validity(certificate.not_before, certificate.not_after, at=at)
    )


def with_revocation(
    certificate: ServerCertificate, found: Sequence[Check], *, dates: Check | None = None
) -> list[Check]:
    """The checks with what the authority last said, and other dates when they are given."""
    asked = certificate.revocation_at
    standing, said = Standing(certificate.revocation), certificate.revocation_sentence
    heard = judgement.revocation(Origin(certificate.origin), standing, said, wording.exact(asked) if asked else "")
    fresh = {check.name: check for check in (heard, dates) if check}
    return [fresh.get(check.name, check) for check in found]


def in_force(at: datetime) -> ServerCertificateQuerySet:
    """Those declared, and not expired."""
    return ServerCertificate.objects.declared().filter(not_after__gte=at)


def to_ask(at: datetime, *, waiting: bool = False) -> list[Companion]:
    """Those whose authority may be asked whether it revoked them: IGC-Santé's; `waiting`: never asked yet.

    One seen revoked stays so.
    """
    rows = in_force(at).filter(origin=Origin.IGC).exclude(revocation=Standing.REVOKED).order_by("pk")
    pems = list((rows.filter(check_asked=True) if waiting else rows).values_list("pk", "pem"))
    anchors = certificates.anchors() if pems else []
    return [found for pk, pem in pems if (found := _companion(pk, pem, anchors, at))]


def _companion(pk: int, pem: str, anchors: Sequence[Anchor], at: datetime) -> Companion | None:
    """None for one that cannot be read any more: the nightly reading says so."""
    try:
        read = inspection.again(pem, Trusted(anchors), at=at)
    except deposit.Unreadable:
        return None
    facts = read.facts
    return Companion(pk, facts.issuer.digest, read.chain.hierarchy, int(facts.serial_hex, 16), pem)


def unknown(at: datetime) -> int:
    """How many of those in force have an authority that no reliable source answered for."""
    return in_force(at).filter(revocation=Standing.UNKNOWN).count()


def faulty(at: datetime) -> int:
    """How many of those in force have something to mend."""
    return in_force(at).exclude(fault="").count()


def server_of(service: DigitalService, environment: Environment, *, at: datetime) -> Server:
    """What a certificate is judged for: the host declared, and the hierarchies accepted now."""
    return Server(environment, declared_host(service, environment), certificates.accepted(environment, at=at))


def replacing() -> ServerCertificateQuerySet:
    """What takes over from the certificate of the query around: same service and environment, later end."""
    return ServerCertificate.objects.declared().filter(
        service=OuterRef("service"), environment=OuterRef("environment"), not_after__gt=OuterRef("not_after")
    )


def successors(certificate: ServerCertificate) -> ServerCertificateQuerySet:
    """Those of the same service and environment that end later."""
    peers = certificate.service.server_certificates.declared().filter(environment=certificate.environment)
    return peers.filter(not_after__gt=certificate.not_after).exclude(pk=certificate.pk).order_by("-not_after")


def to_warn(at: datetime, *, horizon: int, past: int) -> ServerCertificateQuerySet:
    """Those that end within `horizon` days, or ended at most `past` days ago; `warned`: smallest threshold told."""
    today = paris_date(at)
    first, last = end_of_day(today - timedelta(days=past + 1)), end_of_day(today + timedelta(days=horizon))
    sent = ServerNotice.objects.filter(certificate=OuterRef("pk")).order_by().values("certificate")
    smallest = Subquery(sent.annotate(least=Min("threshold")).values("least"))
    ending = ServerCertificate.objects.declared().filter(not_after__gt=first, not_after__lte=last)
    return ending.annotate(warned=smallest).order_by("not_after", "pk")


def to_review(at: datetime, *, size: int = CHUNK) -> Iterator[list[ServerCertificate]]:
    """Those in force with their services, by bounded lists, whatever changes meanwhile."""
    rows = in_force(at).select_related("service").order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last)[:size]):
        yield found
        last = found[-1].pk


def expiries(user: Any, *, after: datetime, before: datetime) -> list[Expiry]:
    """Those that end between two instants, among what the person may see (None: all), the nearest first."""
    rows = ServerCertificate.objects.declared() if user is None else ServerCertificate.objects.visible_to(user)
    ending = rows.declared().filter(not_after__gt=after, not_after__lte=before).annotate(replaced=Exists(replacing()))
    return [_expiry(one) for one in ending.select_related("service__owner").defer("pem", "chain", "checks")]


def _expiry(certificate: ServerCertificate) -> Expiry:
    return Expiry(
        reference=certificate.reference,
        url=reverse("server_certificate", args=[certificate.reference]),
        service=certificate.service.name,
        owner=certificate.service.owner.name,
        environment=certificate.get_environment_display(),
        names=", ".join(certificate.names),
        ends=certificate.not_after,
        is_prepared=bool(getattr(certificate, "replaced", False)),
    )


def addresses(owner: LegalEntity) -> list[str]:
    """Representatives, generic mailbox, then technical contacts."""
    contacts = owner.memberships.active().filter(role=MembershipRole.TECHNICAL_CONTACT).order_by("pk")
    technical = contacts.values_list("user__email", flat=True)
    return list(dict.fromkeys([*parties.reachable_addresses(owner), *technical]))
