"""What gateways said, what they see of certificates, and whether an overlap may end."""

import hashlib
import ssl
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import orjson
from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Sum

from policy.certificates.lifecycle import State as CertificateState
from policy.certificates.models import Certificate
from policy.certificates.uses import Use
from policy.grants.models import ConnectionData
from policy.whitelist import queries as whitelist
from policy.whitelist.applied import Application, Calls
from policy.whitelist.models import EntryCertificate, WhitelistEntry
from portal.tokens.models import ApiToken
from portal.web import wording

from . import closing, nginx
from .closing import Judgement, Listed, Seen
from .models import Acknowledgement, DayOfCalls, DayOfClientCalls, Sighting
from .nginx import Comparison, Spelled

CHUNK = 500  # certificates held at once, of all those of the list


def _in_service() -> QuerySet[ApiToken, str]:
    """The names of the gateways: a token replaced by another of the same name leaves what it saw to its gateway."""
    return ApiToken.objects.filter(revoked_at=None).values_list("name", flat=True)


def applied(environment: str, *, at: datetime) -> list[Acknowledgement]:
    """What each gateway last said that it applies in one environment, by name; those without token left are out.

    Machines of one name that each have a usable token stand each on its line; a name whose tokens that reported are
    revoked or expired keeps the latest report.
    """
    usable = Exists(ApiToken.objects.usable(at).filter(pk=OuterRef("gateway")))
    rows = Acknowledgement.objects.filter(environment=environment, gateway__name__in=_in_service())
    told = rows.annotate(is_usable=usable).select_related("gateway").order_by("gateway__name", "reported_at", "pk")
    living = [one for one in told if one.is_usable]
    latest = {one.gateway.name: one for one in told}
    silent = [latest[name] for name in latest.keys() - {one.gateway.name for one in living}]
    return sorted([*living, *silent], key=lambda one: one.gateway.name)


def applied_since(gateway: ApiToken, environment: str, version: int) -> datetime | None:
    """Since when a gateway applies a version, as its former tokens said it."""
    rows = Acknowledgement.objects.filter(gateway__name=gateway.name, environment=environment, applied_version=version)
    return rows.aggregate(since=Min("applied_at"))["since"]


def applications(environment: str, at: datetime) -> list[Application]:
    """The same, as the pages of the whitelist tell it."""
    return [Application(one.gateway.name, one.applied_version, one.applied_at) for one in applied(environment, at=at)]


def by_fingerprint(environment: str, texts: Iterable[str]) -> dict[str, Certificate]:
    """The declared certificates that these fingerprints (SHA-256 or SHA-1, hexadecimal) name, by fingerprint."""
    wanted = set(texts)
    rows = Certificate.objects.filter(environment=environment)
    found = {row.fingerprint: row for row in rows.filter(fingerprint__in={one for one in wanted if len(one) == 64})}
    short = {one for one in wanted if len(one) == 40}
    if short:
        living = EntryCertificate.objects.filter(entry__in=WhitelistEntry.objects.living())
        listed = rows.filter(pk__in=living.values("certificate")).values_list("pk", "pem")
        named = {pk: digest for pk, pem in listed.iterator(chunk_size=CHUNK) if (digest := _sha1(pem)) in short}
        found |= {named[row.pk]: row for row in rows.filter(pk__in=named)}
    return found


def nginx_file(environment: str, comparison: Comparison) -> tuple[int, str] | None:
    """The version published and its file for nginx; None before the first publication."""
    publication = whitelist.latest_publication(environment)
    if publication is None:
        return None
    document = orjson.loads(bytes(publication.body))
    wanted = {one["sha256"] for entry in document["entries"] for one in entry["certificates"]}
    rows = Certificate.objects.filter(environment=environment, fingerprint__in=wanted)
    told = rows.values_list("fingerprint", "pem", "subject_openssl").iterator(chunk_size=CHUNK)
    spelled = {fingerprint: Spelled(_sha1(pem), name) for fingerprint, pem, name in told}
    return publication.version, nginx.rendered(document, spelled, comparison)


def _sha1(pem: str) -> str:
    """The only fingerprint that nginx gives; it names, it protects nothing. Empty for a text that is no certificate."""
    try:
        return hashlib.sha1(ssl.PEM_cert_to_DER_cert(pem), usedforsecurity=False).hexdigest()
    except ValueError:
        return ""


def rows_of(entry: WhitelistEntry, *, at: datetime) -> list[tuple[EntryCertificate, Listed, Judgement]]:
    """The certificates of an entry in force, what gateways saw of each, and whether it may be closed."""
    rows = list(entry.certificates.filter(cut=None).select_related("certificate").order_by("not_after", "pk"))
    listed = [_listed(row, at) for row in rows]
    return [
        (row, one, closing.judge(one, [other for other in listed if other is not one]))
        for row, one in zip(rows, listed, strict=True)
    ]


def _listed(row: EntryCertificate, at: datetime) -> Listed:
    certificate = row.certificate
    usable = certificate.state == CertificateState.DECLARED and certificate.not_before <= at <= certificate.not_after
    return Listed(certificate.reference, usable, tuple(sightings_of(certificate)))


def sightings_of(certificate: Certificate) -> list[Seen]:
    """What gateways saw of a certificate, by name of gateway, whichever of its tokens said it."""
    rows = Sighting.objects.filter(certificate=certificate, gateway__name__in=_in_service())
    told = rows.values("gateway__name").annotate(last=Max("last_at"), total=Sum("calls")).order_by("gateway__name")
    return [Seen(row["gateway__name"], row["last"], row["total"]) for row in told]


def calls_of(service_id: int, environment: str, since: date) -> Calls | None:
    """The calls of a service that gateways counted since a day, inclusive; None when none ever counted any of its own.

    With its certificates, or with its client id for a right that has none (profile 0).
    """
    certified = DayOfCalls.objects.filter(certificate__service=service_id, certificate__environment=environment)
    secret = DayOfClientCalls.objects.filter(connection__grant__service=service_id, connection__environment=environment)
    told = [_sums(rows, since) for rows in (certified, secret)]
    if all(one["calls"] is None for one in told) and not (certified.exists() or secret.exists()):
        return None
    last = max((one["last"] for one in told if one["last"]), default=None)
    return Calls(sum(one["calls"] or 0 for one in told), sum(one["throttled"] or 0 for one in told), last)


def _sums(rows: QuerySet[Any], since: date) -> dict[str, Any]:
    return rows.filter(day__gte=since).aggregate(calls=Sum("calls"), throttled=Sum("throttled"), last=Max("day"))


def by_client_id(environment: str, ids: Iterable[str]) -> dict[str, ConnectionData]:
    """The rights without certificate that connect with these client ids: the others are counted by certificate."""
    rows = ConnectionData.objects.filter(environment=environment, client_id__in=set(ids)).select_related("grant")
    return {one.client_id: one for one in rows if not one.grant.needs_certificate}


def uses_of(certificate: Certificate) -> list[Use]:
    """What the page of a certificate tells of gateways; none of it stops a retirement."""
    return [
        Use(f"Passerelle « {one.gateway} » : vu pour la dernière fois le {wording.moment(one.last_at)}")
        for one in sightings_of(certificate)
    ]
