"""Forms that are open to nobody amid the world: for each, a row on which it is, and who may send it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.committee import operations as committee
from onboarding.committee.models import CommitteeSession, Reservation
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Blocks, Reserve
from onboarding.takeovers import operations as takeovers
from onboarding.takeovers.models import TakeOver
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate
from policy.certificates.offers import Offer
from policy.grants import operations as grants
from policy.sanctions import operations as sanctions
from policy.sanctions.models import Sanction
from policy.servers import operations as servers
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.reference.models import Region
from portal.tokens.scopes import Scope
from tests.factories import takeovers as sheets
from tests.factories.accounts import AgentFactory, entered
from tests.factories.candidacies import CandidacyFactory, secretary
from tests.factories.certificates import AT, CertificateFactory, issued, trusting, vendor_service
from tests.factories.committee import AgendaItemFactory, SessionFactory
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.panel import authority, convened, setting, sitting
from tests.factories.parties import DigitalServiceFactory, member, proved
from tests.factories.reference import VersionFactory
from tests.factories.sanctions import envisaged, in_production, urgent
from tests.factories.tokens import bearer
from tests.factories.whitelist import approved, certificate, manager, ready_grant

A = Profiles(frozenset("A"))
ADMIT, REGIONAL = Ruling(Outcome.ADMIT, A), Ruling(Outcome.ADMIT, Profiles(access=2))
HOST = "ror.editeur.exemple.fr"
ANSWERS = {
    "besoin": "read", "donnees": ["offers", "beds"], "recuperation": "copy", "format": "csd", "finalite": "regulation",
    "utilisateurs": ["CU22"], "tiers": "no", "regions": ["84"],
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Where a form is sent, by whom, the page that shows it when not its own, what is typed for it to be accepted."""

    path: str
    client: Client
    home: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    again: bool = False  # the same act may be done anew afterwards


def _pack(now: datetime) -> Scene:
    session, _, people = convened(at=now)
    where = [session.reference]
    return Scene(reverse("session_pack", args=where), entered(people[0]), reverse("session", args=where), again=True)


def _decided(session: CommitteeSession, item: Any, now: datetime) -> str:
    committee.record_decision(item, ruling=ADMIT, by=secretary(), at=now)
    session.attendance = [{"organisation": "ANS", "people": ""}]
    session.save()
    committee.close_session(session, by=secretary(), at=now)
    return str(session.reference)


def _endorse(now: datetime) -> Scene:
    setting("committee.visa", True)
    session, (item,), _ = sitting(at=now)
    chair = proved(AgentFactory(roles=[StaffRole.CHAIR]))
    return Scene(reverse("session_endorse", args=[_decided(session, item, now)]), chair)


def _release(now: datetime) -> Scene:
    setting("committee.embargo", True)
    session = committee.plan_session(held_on=now.date(), cut_off=now.date(), by=secretary(), at=now)
    where = _decided(session, AgendaItemFactory(session=session), now)
    return Scene(reverse("session_release", args=[where]), proved(secretary()))


def _reservation(now: datetime) -> Scene:
    item = AgendaItemFactory(session=SessionFactory(held_on=now.date()))
    reserves = (Reserve("Fournir le rapport", Blocks.PRODUCTION),)
    ruling = Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A, reservations=reserves)
    committee.record_decision(item, ruling=ruling, by=secretary(), at=now)
    path = reverse("reservation_lift", args=[Reservation.objects.get().reference])
    return Scene(path, proved(secretary()), typed={"evidence": "Rapport reçu."})


def _regional() -> Any:
    Region.objects.update_or_create(code="53", defaults={"name": "Bretagne", "ars_name": "ARS Bretagne"})
    return CandidacyFactory(
        complete=True,
        direction="consumption",
        space="regional",
        requested_profiles=["2"],
        region_routes={"53": "direct"},
    )


def _regional_decide(now: datetime) -> Scene:
    typed = {"outcome": "admit", "access_profile": "2", "grounds": "", "vu": REGIONAL.fingerprint}
    return Scene(reverse("regional_decide", args=[_regional().reference]), proved(authority()), typed=typed)


def _proposal(name: str, now: datetime) -> Scene:
    setting("regional.second_person", True)
    candidacy = _regional()
    proposal = committee.propose_regionally(candidacy, ruling=REGIONAL, by=authority(), at=now)
    home = reverse("regional_dossier", args=[candidacy.reference])
    return Scene(reverse(name, args=[proposal.reference]), proved(authority()), home)


def _held(name: str, held: Certificate, *, again: bool = False) -> Scene:
    """A button on the page of a certificate."""
    home = reverse("certificate", args=[held.reference])
    return Scene(reverse(name, args=[held.reference]), entered(member(held.service.owner)), home, again=again)


def _acknowledge(now: datetime) -> Scene:
    return _held("certificate_acknowledge", CertificateFactory(not_after=timezone.now() + timedelta(days=20)))


def _check(now: datetime) -> Scene:
    held = CertificateFactory()
    certificates.check_waiting(at=AT)
    return _held("certificate_check", held, again=True)


def _overlap(now: datetime) -> Scene:
    """A certificate and its successor, which a gateway saw last."""
    grant = ready_grant()
    certificate(grant)
    entry = approved(grant)
    former, successor = Certificate.objects.order_by("pk")
    seen = [
        {
            "fingerprint": one.fingerprint,
            "last_seen_at": (timezone.now() - timedelta(minutes=ago)).isoformat(),
            "calls": 3,
        }
        for one, ago in ((former, 50), (successor, 40))
    ]
    said = orjson.dumps({"version": 1, "seen": seen})
    header = bearer(Scope.GATEWAYS_REPORT)
    Client().post("/api/v1/gateways/reports", said, content_type="application/json", headers=header)
    return Scene(reverse("entry_overlap", args=[entry.reference]), entered(manager()))


def _secret(now: datetime) -> Scene:
    grant = GrantFactory(consumption=True, access_profile=0)
    ConnectionFactory(grant=grant)
    grants.issue_secret(grant, environment=Environment.PRODUCTION, secret="Secret-du-serveur-de-jetons-1", by=manager())
    path = reverse("grant_secret", args=[grant.reference, Environment.PRODUCTION.slug])
    return Scene(path, proved(member(grant.holder)))


def _orientation(now: datetime) -> Scene:
    service = DigitalServiceFactory()
    client = entered(member(service.owner))
    client.post(reverse("orientation_keep"), ANSWERS)
    path = reverse("orientation_take_over")
    return Scene(path, client, typed={"target": f"consumption:{service.reference}"})


def _taken_over(*, confirmed: bool = False) -> TakeOver:
    trusting()
    VersionFactory()
    made = takeovers.propose("existant.csv", sheets.file_of(sheets.CONSUMING), by=manager(), at=AT)
    takeovers.work_on(made, at=AT)
    if confirmed:
        takeovers.confirm(made, by=manager(), at=AT)
        takeovers.work_on(made, at=AT)
    return made


def _takeover(name: str, now: datetime) -> Scene:
    return Scene(reverse(name, args=[_taken_over().reference]), proved(manager()))


def _takeover_release(now: datetime) -> Scene:
    made = _taken_over(confirmed=True)
    path = reverse("takeover_release", args=[made.reference])
    return Scene(path, proved(manager()), typed={"lines": str(made.lines.get().number)}, again=True)


def _server(now: datetime) -> Scene:
    trusting()
    service = vendor_service(url=f"https://{HOST}/fhir")
    data = issued(Hierarchy.PROD, offer=Offer.SSL_SERV, hosts=[HOST], common_name=HOST)
    boss = member(service.owner)
    made = servers.declare(service, environment=Environment.PRODUCTION, data=data, by=boss, at=AT)
    where = [made.reference]
    return Scene(reverse("server_retire", args=where), entered(boss), reverse("server_certificate", args=where))


def _measure(act: str, made: Sanction, by: User | None = None, again: bool = False, **typed: str) -> Scene:
    path = reverse(f"sanction_{act}", args=[made.reference])
    return Scene(path, proved(by or manager()), typed=typed, again=again)


def _observed() -> Sanction:
    made = envisaged(in_production())
    sanctions.observe(made, observations="Nous avons corrigé.", by=member(made.grant.holder))
    return made


def _to_lift() -> Sanction:
    made = urgent(in_production())
    sanctions.propose_lifting(made, grounds="Réglé.", by=manager())
    return made


def _observe(now: datetime) -> Scene:
    made = envisaged(in_production())
    return _measure("observe", made, member(made.grant.holder), again=True, observations="Corrigé hier.")


SCENES: dict[str, Callable[[datetime], Scene]] = {
    "session_pack": _pack,
    "session_endorse": _endorse,
    "session_release": _release,
    "reservation_lift": _reservation,
    "regional_decide": _regional_decide,
    "proposal_confirm": lambda now: _proposal("proposal_confirm", now),
    "proposal_set_aside": lambda now: _proposal("proposal_set_aside", now),
    "certificate_acknowledge": _acknowledge,
    "certificate_check": _check,
    "entry_overlap": _overlap,
    "grant_secret": _secret,
    "orientation_take_over": _orientation,
    "takeover_confirm": lambda now: _takeover("takeover_confirm", now),
    "takeover_set_aside": lambda now: _takeover("takeover_set_aside", now),
    "takeover_release": _takeover_release,
    "server_retire": _server,
    "sanction_observe": _observe,
    "sanction_decide": lambda now: _measure("decide", _observed(), conclusions="Établi."),
    "sanction_drop": lambda now: _measure("drop", envisaged(in_production()), conclusions="L’éditeur a raison."),
    "sanction_confirm": lambda now: _measure("confirm", urgent(in_production()), conclusions="Établi."),
    "sanction_propose_lifting": lambda now: _measure("propose_lifting", urgent(in_production()), grounds="Réglé."),
    "sanction_keep": lambda now: _measure("keep", _to_lift(), grounds="Pas encore."),
    "sanction_lift": lambda now: _measure("lift", _to_lift()),
}
