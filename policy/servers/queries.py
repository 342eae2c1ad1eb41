"""Readings of servers' certificates: the host they must name, the verdict of now, what ends when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Min, OuterRef, Subquery
from django.urls import reverse

from policy.certificates import checks
from policy.certificates import queries as certificates
from policy.certificates.checks import Check
from policy.certificates.environments import Environment
from policy.certificates.expiries import Expiry
from policy.grants.models import Grant
from portal.calendar.deadlines import end_of_day, paris_date
from portal.parties import queries as parties
from portal.parties.models import DigitalService, LegalEntity
from portal.parties.roles import MembershipRole

from . import hosts
from .judgement import Server
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
    """The checks kept, the dates judged now."""
    fresh = checks.validity(certificate.not_before, certificate.not_after, at=at)
    kept = [checks.from_json(value) for value in certificate.checks]
    return [fresh if check.name == fresh.name else check for check in kept]


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
    rows = ServerCertificate.objects.declared().filter(not_after__gte=at).select_related("service").order_by("pk")
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
