"""What gateways report is written down here; and a renewed certificate is closed on what they saw."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from policy.certificates.environments import Environment
from policy.certificates.lifecycle import State as CertificateState
from policy.certificates.models import Certificate
from policy.whitelist import operations as whitelist
from policy.whitelist import queries as whitelist_read
from policy.whitelist.models import WhitelistEntry
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, save
from portal.tokens.models import ApiToken

from . import queries
from .lifecycle import Move
from .models import Acknowledgement, CountedReport, DayOfCalls, DayOfClientCalls, Sighting


@dataclass(frozen=True, slots=True)
class Seen:
    """A certificate that a gateway saw since its former report: SHA-256 or SHA-1, last instant (aware), calls.

    `throttled` counts those of these calls that were answered 429.
    """

    fingerprint: str
    last_at: datetime
    calls: int = 0
    throttled: int = 0


def report(
    gateway: ApiToken,
    *,
    environment: str,
    version: int,
    applied_at: datetime | None = None,
    seen: Iterable[Seen] = (),
    at: datetime,
) -> list[str]:
    """A gateway says which version it applies and what it saw; returns the fingerprints that name no certificate.

    What was seen is counted once, however often the same report is sent (an answer may be lost on the way). Raises
    Refused for a version that was never published, or an instant to come.
    """
    sightings = list(seen)
    if version > whitelist_read.latest_version(environment):
        raise Refused("Cette version de la liste n’a jamais été publiée.", field="version")
    if any(one.last_at > at for one in sightings) or (applied_at and applied_at > at):
        raise Refused("Un compte rendu ne dit rien d’un instant à venir : vérifiez l’horloge.", field="seen")
    known = queries.by_fingerprint(environment, {one.fingerprint for one in sightings})
    with transaction.atomic():
        if not sightings or _is_first(gateway, _digest(environment, version, applied_at, sightings), at):
            since = applied_at or queries.applied_since(gateway, environment, version) or at
            _acknowledge(gateway, environment, version, since, at)
            _note(gateway, known, sightings)
        else:
            _hear_again(gateway, environment, version, at)
    return sorted({one.fingerprint for one in sightings} - set(known))


def _digest(environment: str, version: int, applied_at: datetime | None, seen: Sequence[Seen]) -> str:
    """What a report says, whatever the order in which it says it."""
    lines = sorted((one.fingerprint, one.last_at.timestamp(), one.calls, one.throttled) for one in seen)
    said = [environment, version, applied_at.timestamp() if applied_at else None, lines]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def _is_first(gateway: ApiToken, digest: str, at: datetime) -> bool:
    return CountedReport.objects.get_or_create(gateway=gateway, digest=digest, defaults={"counted_at": at})[1]


def _acknowledge(gateway: ApiToken, environment: str, version: int, applied_at: datetime, at: datetime) -> None:
    """One fact of the journal when the version changes; else only the date of the report."""
    held = Acknowledgement.objects.filter(gateway=gateway, environment=environment).first()
    if held and held.applied_version == version:
        Acknowledgement.objects.filter(pk=held.pk).update(reported_at=at)
        return
    subject = held or Acknowledgement(gateway=gateway, environment=environment)
    with moving(subject, Move.ACKNOWLEDGE if held else Move.APPEAR, by=None, at=at) as (current, event):
        current.applied_version, current.applied_at, current.reported_at = version, applied_at, at
        event.note(gateway=gateway.name, applied=version, environment=Environment(environment).label.lower())


def _hear_again(gateway: ApiToken, environment: str, version: int, at: datetime) -> None:
    """A gateway that repeats its report is not silent; a former version that comes late says nothing of now."""
    rows = Acknowledgement.objects.filter(gateway=gateway, environment=environment, applied_version=version)
    rows.update(reported_at=Greatest(F("reported_at"), at))


def _note(gateway: ApiToken, known: Mapping[str, Certificate], seen: Iterable[Seen]) -> None:
    """In one order for all: two machines that report under one token never wait for each other in a ring."""
    for one in sorted(seen, key=lambda each: each.fingerprint):
        if certificate := known.get(one.fingerprint):
            rows = Sighting.objects.filter(gateway=gateway, certificate=certificate)
            if not rows.update(last_at=Greatest(F("last_at"), one.last_at), calls=F("calls") + one.calls):
                made = Sighting(gateway=gateway, certificate=certificate, first_at=one.last_at)
                made.last_at, made.calls = one.last_at, one.calls
                save(made)
            _count(gateway, certificate, one)


def _count(gateway: ApiToken, certificate: Certificate, one: Seen) -> None:
    """Adds to the day of the last call: a report is sent each minute, and tells of the minutes before."""
    if one.calls or one.throttled:
        row, _ = DayOfCalls.objects.get_or_create(gateway=gateway, certificate=certificate, day=paris_date(one.last_at))
        added = {"calls": F("calls") + one.calls, "throttled": F("throttled") + one.throttled}
        DayOfCalls.objects.filter(pk=row.pk).update(**added)


def forget_reports(*, before: datetime) -> int:
    """Drops the digests of old reports: nobody sends them again; returns how many."""
    return CountedReport.objects.filter(counted_at__lt=before).delete()[0]


@dataclass(frozen=True, slots=True)
class ClientDay:
    """What a gateway counted of one client id since the beginning of one day of Paris, 429 answers among them."""

    client_id: str
    day: date
    calls: int
    throttled: int = 0


def count_clients(gateway: ApiToken, *, environment: str, days: Iterable[ClientDay], at: datetime) -> list[str]:
    """Keeps totals of days: told again they replace, and never fall (a gateway that starts again counts from nothing).

    Returns the client ids of no right without certificate. Raises Refused for a day to come.
    """
    told = sorted(days, key=lambda one: (one.client_id, one.day))
    if any(one.day > paris_date(at) for one in told):
        raise Refused("Un compte rendu ne dit rien d’un jour à venir : vérifiez l’horloge.", field="days")
    known = queries.by_client_id(environment, {one.client_id for one in told})
    with transaction.atomic():
        for one in told:
            if connection := known.get(one.client_id):
                held = DayOfClientCalls.objects.filter(gateway__name=gateway.name, connection=connection, day=one.day)
                row = held.first() or held.get_or_create(gateway=gateway, connection=connection, day=one.day)[0]
                counted = {
                    "calls": Greatest(F("calls"), one.calls),
                    "throttled": Greatest(F("throttled"), one.throttled),
                }
                DayOfClientCalls.objects.filter(pk=row.pk).update(**counted)
    return sorted({one.client_id for one in told} - set(known))


def forget_calls(*, before: date) -> int:
    """Drops the counts of the days before one; returns how many."""
    return sum(model.objects.filter(day__lt=before).delete()[0] for model in (DayOfCalls, DayOfClientCalls))


def propose_closing(entry: WhitelistEntry, reference: str, *, by: Any, at: datetime) -> WhitelistEntry:
    """A manager proposes the same entry without a certificate whose successor is in use; another person approves it.

    Raises Refused with the sentence that says why it may not be closed, and what `whitelist.propose` raises.
    """
    rows = queries.rows_of(entry, at=at)
    judgement = next((said for row, _, said in rows if row.certificate.reference == reference), None)
    if not entry.is_in_force or judgement is None:
        raise Refused("Ce certificat n’est plus dans une inscription en vigueur.")
    if not judgement.may_close:
        raise Refused(judgement.sentence)
    left = [row for row, _, _ in rows if row.certificate.reference != reference and _may_stay(row.certificate, at)]
    return whitelist.propose(
        entry.grant,
        environment=entry.environment,
        url=entry.url,
        certificates=[row.certificate.reference for row in left],
        narrowed={row.certificate.reference: row.establishments for row in left if row.establishments},
        by=by,
        at=at,
    )


def _may_stay(certificate: Certificate, at: datetime) -> bool:
    """Whether a new entry may name it: one that expired or was retired serves nothing, and would be refused."""
    return certificate.state == CertificateState.DECLARED and certificate.not_after > at
