"""The end of a service carried out to the last row, and what is called off between its acceptance and its effect."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.lifecycle import State as CandidacyState
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.operations import drafts
from onboarding.candidacies.queries import openings
from onboarding.changes import jobs
from onboarding.changes.kinds import Kind
from onboarding.changes.lifecycle import State
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import declaring, ending
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment
from policy.grants.models import Grant
from policy.servers import operations as servers
from policy.servers.models import ServerCertificate
from portal.audit import queries as audit
from portal.lifecycle.errors import NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.parties.models import DigitalService
from portal.parties.roles import MembershipRole
from tests.factories.candidacies import CandidacyFactory
from tests.factories.changes import boss_of, declared, in_production, manager, reviewer
from tests.factories.grants import GrantFactory
from tests.factories.parties import NOW, member, proved
from tests.onboarding.changes.test_views import key

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 1)
THEN = datetime(2026, 4, 1, 7, tzinfo=NOW.tzinfo)
URL = "https://nouveau.exemple.fr/ror"


def accepted(grant: Grant, kind: Kind, proposed: str, *, at: datetime = NOW, day: date = DAY) -> ChangeDeclaration:
    """A declaration signed, then accepted for a day."""
    row, who = declared(grant, kind, proposed, wished_date=day, at=at), manager()
    declaring.take(row, by=who, at=at)
    declaring.accept(row, effective_date=day, by=who, at=at)
    return row


def service_of(grant: Grant) -> DigitalService:
    return DigitalService.objects.get(pk=grant.service_id)


def told(template: str) -> list[OutgoingEmail]:
    while deliver_due(THEN):
        pass
    return list(OutgoingEmail.objects.filter(template__endswith=f"/{template}"))


def test_an_end_closes_the_service_its_candidacies_and_its_other_declarations_and_tells_who_waits() -> None:
    grant, _ = in_production()
    agent = reviewer()
    waiting = CandidacyFactory(
        service=grant.service, direction="consumption", state="under_review", reviewer=agent, submitted_at=NOW
    )
    beside = declared(grant, Kind.URL, URL)
    over = accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2")
    assert (service_of(grant).is_ended, service_of(grant).ends_on) == (False, DAY)
    assert jobs.end_services(THEN) == 1
    for row in (waiting, beside, over):
        row.refresh_from_db()
    assert service_of(grant).is_ended
    assert (waiting.state, waiting.closed_at) == (CandidacyState.WITHDRAWN, THEN)
    assert (beside.state, over.state) == (State.WITHDRAWN, State.DONE)
    assert waiting.reference in over.outcome
    (mail,) = told("service_ended")
    assert agent.email in mail.to
    assert over.signed_by.email in mail.to
    assert len(told("called_off")) == 1
    sentences = " ".join(one.sentence for one in audit.sentences(audit.about(waiting.reference)))
    assert f"son service a pris fin ({over.reference})" in sentences
    assert "a mis fin au service" in " ".join(
        one.sentence for one in audit.sentences(audit.about(grant.service.reference))
    )


def test_an_end_retires_the_certificates_of_servers_and_none_is_declared_any_more() -> None:
    grant, _ = in_production()
    boss = boss_of(grant)
    row = accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2")
    presented = ServerCertificate.objects.create(
        service=grant.service,
        reference="CS-2026-9001",
        environment=Environment.PRODUCTION,
        not_before=NOW,
        not_after=THEN,
        declared_at=NOW,
        declared_by=boss,
    )
    assert jobs.end_services(THEN) == 1
    presented.refresh_from_db()
    row.refresh_from_db()
    assert (presented.state, presented.retired_at) == ("retired", THEN)
    assert "certificats de serveur retirés : CS-2026-9001" in row.outcome
    for declare in (certificates.declare, servers.declare):
        with pytest.raises(Refused, match="aucun certificat ne s’y déclare plus"):
            declare(grant.service, environment=Environment.PRODUCTION, data=b"x", by=boss, at=THEN)


def test_nothing_new_is_asked_for_a_service_once_its_end_is_accepted() -> None:
    grant, _ = in_production()
    boss = boss_of(grant)
    accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2")
    for _ in range(2):  # before its day, and after it
        with pytest.raises(Refused, match="fin"):
            candidacies.open(grant.service, direction="consumption", by=boss, at=THEN)
        with pytest.raises(Refused, match="fin"):
            drafts.propose(grant.service, direction="consumption", space="national", answers={}, token="x", at=THEN)
        jobs.end_services(THEN)
    assert not Candidacy.objects.filter(service=grant.service).exists()


def test_what_asks_the_committee_is_refused_with_its_sentence_once_an_end_is_accepted() -> None:
    grant, _ = in_production()
    boss = boss_of(grant)
    accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2")
    for _ in range(2):  # before its day, and after it
        fresh = Grant.objects.get(pk=grant.pk)
        with pytest.raises(Refused, match=r"fin de ce service est acceptée pour le|a pris fin le"):
            candidacies.open_amendment(fresh, [Block.PURPOSE], by=boss, at=THEN)
        with pytest.raises(Refused, match="fin"):
            declaring.prepare(fresh, kind=Kind.MAJOR_FUNCTION, proposed="Tri", changes_profile=True, by=boss, at=NOW)
        jobs.end_services(THEN)


def test_a_change_prepared_before_an_end_is_signed_no_more_after_it() -> None:
    grant, _ = in_production()
    boss = boss_of(grant)
    prepared = declaring.prepare(grant, kind=Kind.PURPOSE, proposed="Autre finalité", by=boss, at=NOW)
    accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2")
    row = ChangeDeclaration.objects.get(pk=prepared.pk)
    with pytest.raises(Refused, match="La fin de ce service est acceptée pour le"):
        declaring.sign(row, by=boss, at=NOW)
    assert not Candidacy.objects.filter(service=grant.service).exists()


def test_an_end_accepted_twice_is_refused_even_when_both_agents_read_the_service_before() -> None:
    grant, _ = in_production()
    read = service_of(grant)
    accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2")
    other = ChangeDeclaration(grant=Grant(service=read), effective_date=date(2026, 5, 1))
    with pytest.raises(Refused, match="déjà acceptée, pour le"):
        ending.plan(other, by=manager(), at=NOW)
    assert service_of(grant).ends_on == DAY


def test_a_right_granted_while_the_service_ends_is_withdrawn_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    grant, _ = in_production()
    accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2")
    under_way = openings.under_way

    def meanwhile(service: DigitalService) -> list[Candidacy]:
        GrantFactory(consumption=True, service=service)
        return under_way(service)

    monkeypatch.setattr(openings, "under_way", meanwhile)
    assert jobs.end_services(THEN) == 1
    assert not Grant.objects.living().filter(service=grant.service_id).exists()


@pytest.mark.parametrize("side", ["vendor", "agency"])
def test_either_side_calls_an_accepted_end_off_with_its_reasons(side: str) -> None:
    grant, _ = in_production()
    row = accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2")
    who = boss_of(grant) if side == "vendor" else manager()
    with pytest.raises(Refused, match="Dites pourquoi"):
        declaring.call_off(row, grounds=" ", by=who, at=NOW)
    declaring.call_off(row, grounds="Le remplaçant n’est pas prêt.", by=who, at=NOW)
    assert (row.state, service_of(grant).ends_on) == (State.CALLED_OFF, None)
    assert jobs.end_services(THEN) == 0
    assert candidacies.open(grant.service, direction="consumption", by=boss_of(grant), at=NOW)
    (mail,) = told("called_off")
    assert row.decided_by.email in mail.to
    assert row.signed_by.email in mail.to
    assert "Le remplaçant n’est pas prêt." in mail.text
    (sentence,) = [
        one.sentence for one in audit.sentences(audit.about(row.reference)) if "annulé avant effet" in one.sentence
    ]
    assert "Le remplaçant n’est pas prêt." in sentence


def test_who_may_not_call_off() -> None:
    grant, _ = in_production()
    row = accepted(grant, Kind.URL, URL)
    for who in (member(grant.holder, MembershipRole.TECHNICAL_CONTACT), reviewer()):
        with pytest.raises(NotPermitted):
            declaring.call_off(row, grounds="Non.", by=who, at=NOW)
    row.applier, row.kind = "committee", Kind.PURPOSE
    row.save()
    with pytest.raises(NotPermitted, match="a déjà changé le droit"):
        declaring.call_off(row, grounds="Non.", by=boss_of(grant), at=NOW)


def test_the_end_is_seen_by_both_sides_and_called_off_from_its_page() -> None:
    now = timezone.now()
    grant, _ = in_production(now)
    boss, agent = proved(boss_of(grant)), proved(manager())
    row = accepted(grant, Kind.END_OF_SERVICE, "Remplacé", at=now, day=date(2100, 1, 5))
    service = f"/services/{grant.service.reference}/"
    pages = [service, f"/habilitations/{grant.reference}/", f"/habilitations/{grant.reference}/acces/"]
    for client in (boss, agent):
        for page in pages:
            assert "Le service prend fin le <time" in client.get(page).content.decode(), page
        assert "Prend fin le" in client.get("/services/").content.decode()
    opening = boss.get(f"{service}candidature/").content.decode()
    assert "sauf à y renoncer" in opening
    page = f"/changements/{row.reference}/"
    assert "Renoncer à ce changement accepté" in boss.get(page).content.decode()
    assert boss.post(page + "annuler/", key(grounds="")).status_code == 422
    assert boss.post(page + "annuler/", key(grounds="Pas encore.")).status_code == 302
    shown = agent.get(page).content.decode()
    assert "Déclaration annulée par l’éditeur" in shown
    assert "Pas encore." in shown
    assert "prend fin le" not in boss.get(service).content.decode()
    assert agent.get(page + "annuler/").status_code == 409
