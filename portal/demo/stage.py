"""Setting the demonstration: register, authorities, cast, charters; then eighteen months of life, played in order."""

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

import portal.reference
from onboarding.committee import operations as committee
from onboarding.legaltexts import demonstration
from onboarding.legaltexts import operations as legaltexts
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment
from policy.gateways import operations as gateways
from policy.gateways.operations import Seen
from policy.whitelist import queries as whitelist
from policy.whitelist.models import EntryCertificate, WhitelistEntry
from portal.calendar.deadlines import paris_date
from portal.outbox.operations import deliver_due
from portal.reference import operations as reference
from portal.tokens import operations as tokens
from portal.tokens.models import ApiToken
from portal.tokens.scopes import Scope

from . import amendment, assembly, cast, deskwork, market, pki, renewals, tidings
from .assembly import Assembly
from .chronicle import Chronicle
from .tale import Step

REGISTER = Path(portal.reference.__path__[0]) / "data" / "etalab-cs1100502-demo.csv"
HISTORY = timedelta(days=550)
GATEWAY = "Passerelle d’exemple"


def opening(now: datetime) -> datetime:
    """When the portal of the demonstration is said to have opened."""
    return now - HISTORY


def play(now: datetime) -> None:
    """Fills an empty portal with the life of about thirty vendors; the walk's own company is left to be claimed."""
    began = opening(now)
    authorities = _furnish(began, now)
    cast.settle(market.people(), at=began)
    shared = dataclasses.replace(authorities, keys={})  # one key for each vendor: made once
    chronicle = Chronicle(now, shared, assembly.days(now))
    chronicle.on(began + timedelta(days=120), _update_register)
    chronicle.on(now - timedelta(days=50), _make_token)
    _cast_lives(chronicle).convene(chronicle.sessions)
    tidings.tell(chronicle)
    renewals.tell(chronicle)
    amendment.tell(chronicle)
    deskwork.keep(chronicle)
    chronicle.play(after=_deliver_at)
    _report(now)
    _deliver_at(now)


def _cast_lives(chronicle: Chronicle) -> Assembly:
    """Every life on the calendar; those that a session decides are put before it."""
    hall = Assembly(chronicle)
    for rank, (life, outcome) in enumerate(market.lives(chronicle.now)):
        dossier = chronicle.add(rank, life)
        if life.session is not None:
            hall.decides(life.session, dossier, outcome)
        elif life.until is Step.COMPLETE and life.ago == market.CONSULTED:
            hall.consulted.append(dossier)
        elif life.until is Step.COMPLETE and life.ago > 1:
            hall.waiting.append(dossier)
    return hall


def set_scene(now: datetime) -> pki.Pki:
    """What a walk stands on, before anybody asked for anything; returns the demonstration's authorities."""
    authorities = _furnish(now - timedelta(days=365), now)
    held_on = paris_date(now + timedelta(days=21))
    committee.plan_session(
        held_on=held_on,
        cut_off=held_on - timedelta(days=14),
        place=assembly.PLACE,
        by=cast.account_of("secretaire"),
        at=now,
    )
    return authorities


def _furnish(at: datetime, now: datetime) -> pki.Pki:
    """Authorities, register, cast and charters, all there at an instant."""
    authorities = authorities_of_demonstration(now)
    certificates.install_anchors(authorities.anchors(), at=at)
    reference.import_register(REGISTER.read_bytes(), source_name=REGISTER.name, by=None, at=at)
    cast.settle(at=at)
    for draft in (demonstration.feeding_charter(), demonstration.consumption_charter()):
        legaltexts.publish_version(
            draft.kind,
            title=draft.title,
            body=draft.body,
            commitments=draft.commitments,
            by=cast.account_of("administrateur"),
            at=at,
        )
    return authorities


def authorities_of_demonstration(now: datetime) -> pki.Pki:
    """The demonstration's authorities, made once and kept in DATA_DIR; older than any certificate of the story."""
    return pki.prepare(settings.DATA_DIR / "demo-pki", at=now - timedelta(days=1400))


def seal_documents(now: datetime) -> None:
    """Gives the demonstration a seal, as its settings expect it; two years old, so that it lasts one more."""
    authorities_of_demonstration(now)
    pki.prepare_seal(settings.DATA_DIR / "demo-pki", at=now - timedelta(days=730))


def _update_register(at: datetime) -> None:
    """A later register, the same less its last two establishments: lists may then name one that is gone."""
    header, *lines = REGISTER.read_bytes().decode().splitlines(keepends=True)
    later = header.replace("2021-12-31", "2022-06-30")
    reference.import_register(
        "".join([later, *lines[:-2]]).encode(), source_name="etalab-cs1100502-demo-2.csv", by=None, at=at
    )


def _make_token(at: datetime) -> None:
    """An administrator lets a gateway read the whitelist and report; nobody keeps the token's text."""
    administrator = cast.account_of("administrateur")
    tokens.create(
        name=GATEWAY,
        scopes=[Scope.WHITELIST_READ, Scope.VERDICTS_READ, Scope.GATEWAYS_REPORT],
        owner="Équipe passerelle (fictive)",
        expires_at=at + timedelta(days=300),
        by=administrator,
        at=at,
    )


def _report(at: datetime) -> None:
    """The gateway applies the last list, and saw the certificates that it admits."""
    gateway = ApiToken.objects.get(name=GATEWAY)
    version = whitelist.latest_version(Environment.PRODUCTION)
    listed = EntryCertificate.objects.filter(entry__in=WhitelistEntry.objects.in_force(), cut=None)
    prints = (
        listed.filter(entry__environment=Environment.PRODUCTION).order_by("pk").values_list("fingerprint", flat=True)
    )
    seen = [Seen(one, at - timedelta(minutes=rank), 40 + rank) for rank, one in enumerate(prints, start=1)]
    if version:
        gateways.report(gateway, environment=Environment.PRODUCTION, version=version, seen=seen, at=at)


def _deliver_at(at: datetime) -> None:
    """Delivers what waits, as if at that instant: mails and documents bear the day of what caused them."""
    while deliver_due(at, limit=50):
        pass


def deliver(now: datetime) -> int:
    """Delivers every effect that waits; returns how many."""
    delivered = 0
    while batch := deliver_due(max(now, timezone.now()), limit=50):
        delivered += batch
    return delivered
