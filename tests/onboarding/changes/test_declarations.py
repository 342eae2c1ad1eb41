"""Declarations: what is refused, what signing reopens, what applying does; the right in force stays meanwhile."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies import queries as candidacy_queries
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.lifecycle import State as CandidacyState
from onboarding.candidacies.models import Candidacy
from onboarding.changes import jobs, queries
from onboarding.changes.kinds import Kind, Level
from onboarding.changes.lifecycle import State
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import declaring
from onboarding.committee import operations as committee
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive
from onboarding.establishments.models import EstablishmentList
from onboarding.vendors import queries as vendors
from policy.certificates.models import Certificate
from policy.grants.lifecycle import State as GrantState
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import WhitelistEntry
from portal.accounts.models import User
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused, StepUpRequired
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.parties.models import DigitalService
from portal.parties.roles import MembershipRole
from tests.factories.campaigns import CampaignFactory
from tests.factories.candidacies import CandidacyFactory, secretary
from tests.factories.changes import boss_of, declared, in_production, manager, reviewer, technician_of
from tests.factories.establishments import ListFactory
from tests.factories.grants import GrantFactory, TermsFactory
from tests.factories.parties import NOW, long_after_the_proof, member
from tests.factories.whitelist import certificate, ready_grant
from tests.factories.whitelist import manager as other_manager

pytestmark = pytest.mark.django_db
NEW_URL = "https://nouveau.exemple.fr/ror"


def test_a_new_address_reaches_the_list_only_through_agency_and_second_person() -> None:
    grant, entry = in_production()
    row = declared(grant, Kind.URL, NEW_URL, wished_date=date(2026, 3, 20))
    assert (row.level, row.earliest_date, row.former) == (
        Level.REVIEW,
        date(2026, 3, 10),
        "https://prod.lits.exemple.fr/",
    )
    agent = manager()
    declaring.take(row, by=agent, at=NOW)
    declaring.accept(row, by=agent, at=NOW)
    assert row.effective_date == date(2026, 3, 20)
    grant.refresh_from_db()
    entry.refresh_from_db()
    assert (grant.production_url, entry.state) == ("https://prod.lits.exemple.fr/", EntryState.APPROVED)
    declaring.apply(row, by=agent, at=NOW)
    proposal = WhitelistEntry.objects.get(state=EntryState.PROPOSED)
    assert (proposal.url, proposal.proposed_by) == (NEW_URL, agent)
    assert row.outcome == f"inscription {proposal.reference} proposée"
    entry.refresh_from_db()
    assert entry.url != NEW_URL


def test_a_new_certificate_is_added_to_those_in_force() -> None:
    grant, _ = in_production()
    added = certificate(grant)
    assert [one.reference for one in queries.new_certificates(grant, at=NOW)] == [added.reference]
    row = declared(grant, Kind.CERTIFICATE, added.reference)
    agent = manager()
    declaring.take(row, by=agent, at=NOW)
    declaring.accept(row, by=agent, at=NOW)
    declaring.apply(row, by=agent, at=NOW)
    assert WhitelistEntry.objects.get(state=EntryState.PROPOSED).certificates.count() == 2


def test_signing_a_list_confirms_it_and_leaves_the_entry_alone() -> None:
    grant, entry = in_production()
    held = ListFactory(service=grant.service, numbers=["010000024"])
    frozen = entry.establishments
    row = declared(grant, Kind.ESTABLISHMENTS, held.reference)
    held.refresh_from_db()
    entry.refresh_from_db()
    assert held.state == "confirmed"
    assert entry.establishments == frozen
    assert row.state == State.DECLARED
    assert EstablishmentList.objects.confirmed().get() == held


def test_a_version_is_a_notice_taken_into_account_at_once() -> None:
    grant, _ = in_production()
    row = declared(grant, Kind.VERSION, "5.0")
    assert (row.state, row.level, row.outcome) == (State.DONE, Level.NOTICE, "information enregistrée")
    assert vendors.sheet_of(DigitalService.objects.get(pk=grant.service_id)).software_version == "5.0"


def test_hosting_is_written_on_the_sheet_by_the_reviewer() -> None:
    grant, _ = in_production()
    row = declared(grant, Kind.HOSTING, "Hébergeur HDS, Lyon")
    agent = reviewer()
    declaring.take(row, by=agent, at=NOW)
    with pytest.raises(NotPermitted, match="un instructeur"):
        declaring.accept(row, by=manager(), at=NOW)
    declaring.accept(row, by=agent, at=NOW)
    declaring.apply(row, by=agent, at=NOW)
    assert vendors.sheet_of(DigitalService.objects.get(pk=grant.service_id)).hosting == "Hébergeur HDS, Lyon"


def test_a_major_change_waits_for_tests_opened_since() -> None:
    grant, _ = in_production()
    CampaignFactory(grant=grant, verified=True, opened_at=NOW - timedelta(days=30))
    row = declared(grant, Kind.MAJOR_FUNCTION, "Écriture des lits de réanimation")
    agent = reviewer()
    declaring.take(row, by=agent, at=NOW)
    with pytest.raises(Refused, match="rouvre les tests"):
        declaring.accept(row, by=agent, at=NOW)
    CampaignFactory(grant=grant, verified=True, opened_at=NOW + timedelta(days=1))
    declaring.accept(row, by=agent, at=NOW + timedelta(days=9))
    assert row.state == State.ACCEPTED


def decided(row: ChangeDeclaration, ruling: Ruling) -> None:
    """The committee decides on the amendment, which is complete."""
    amendment = row.candidacy
    assert amendment is not None
    Candidacy.objects.filter(pk=amendment.pk).update(
        state=CandidacyState.COMPLETE, submitted_at=NOW, completed_at=NOW, requested_profiles=["A", "B"]
    )
    by = secretary()
    session = committee.plan_session(held_on=NOW.date(), cut_off=NOW.date(), by=by, at=NOW)
    item = committee.enter_on_agenda(session, Candidacy.objects.get(pk=amendment.pk), by=by, at=NOW)
    committee.record_decision(item, ruling=ruling, by=by, at=NOW)


def test_a_new_purpose_opens_an_amendment_on_its_blocks_alone() -> None:
    grant, _ = in_production()
    TermsFactory(grant=grant)
    CandidacyFactory(service=grant.service, filled=True, state=CandidacyState.ADMITTED, submitted_at=NOW)
    row = declared(grant, Kind.PURPOSE, "Écrire aussi les liens")
    assert row.candidacy is not None
    assert row.candidacy.purpose == "bed-availability"
    fields = candidacy_queries.open_fields(row.candidacy)
    assert fields[Block.PURPOSE]
    assert fields[Block.PROFILES]
    assert not fields[Block.CONTACTS]
    with pytest.raises(Refused, match="ce champ ne change pas"):
        candidacies.edit(row.candidacy, Block.CONTACTS, {"privacy_name": "X"}, by=boss_of(grant), at=NOW)


def test_the_committee_admits_and_the_right_changes_then_and_not_before() -> None:
    grant, entry = in_production()
    row = declared(grant, Kind.PURPOSE, "Profil B en plus")
    with pytest.raises(NotPermitted, match="comité"):
        declaring.take(row, by=reviewer(), at=NOW)
        declaring.accept(row, by=reviewer(), at=NOW)
    grant.refresh_from_db()
    assert grant.feeding_profiles == "A"
    decided(row, Ruling(Outcome.ADMIT, Profiles.of(["A", "B"])))
    assert jobs.follow_committee(NOW) == 1
    row.refresh_from_db()
    grant.refresh_from_db()
    entry.refresh_from_db()
    assert (row.state, grant.feeding_profiles, entry.feeding_profiles) == (State.ACCEPTED, "AB", "A")
    declaring.apply(row, by=manager(), at=NOW)
    assert WhitelistEntry.objects.get(state=EntryState.PROPOSED).feeding_profiles == "AB"


def test_the_committee_refuses_and_the_right_stays() -> None:
    grant, _ = in_production()
    row = declared(grant, Kind.PURPOSE, "Profil B en plus")
    decided(row, Ruling(Outcome.REFUSE, Profiles(), "Sans lien avec les lits.", (), (Motive.PURPOSE,)))
    assert jobs.follow_committee(NOW) == 1
    row.refresh_from_db()
    grant.refresh_from_db()
    assert (row.state, grant.feeding_profiles, grant.state) == (State.REFUSED, "A", GrantState.ACTIVE)
    assert "refusée par le comité" in row.grounds


def test_an_end_of_service_closes_its_rights_in_order_on_its_day() -> None:
    grant, entry = in_production()
    other = GrantFactory(service=grant.service, consumption=True)
    row = declared(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2", wished_date=date(2026, 4, 1))
    agent = manager()
    declaring.take(row, by=agent, at=NOW)
    declaring.accept(row, by=agent, at=NOW)
    assert jobs.end_services(NOW) == 0
    with pytest.raises(Refused, match="rien n’est retiré avant ce jour"):
        declaring.apply(row, by=agent, at=NOW)
    entry.refresh_from_db()
    assert entry.state == EntryState.APPROVED
    assert jobs.end_services(datetime(2026, 4, 1, 7, tzinfo=NOW.tzinfo)) == 1
    for subject in (row, grant, entry, other):
        subject.refresh_from_db()
    assert (row.state, entry.state) == (State.DONE, EntryState.WITHDRAWN)
    assert {grant.state, other.state} == {GrantState.WITHDRAWN}
    own = Certificate.objects.filter(service=grant.service)
    assert set(own.values_list("state", flat=True)) == {"retired"}
    assert all(one.reference in row.outcome for one in own)


def test_a_refusal_has_grounds_and_touches_nothing() -> None:
    grant, entry = in_production()
    row = declared(grant, Kind.URL, NEW_URL)
    with pytest.raises(Refused, match="motifs"):
        declaring.refuse(row, grounds=" ", by=manager(), at=NOW)
    declaring.refuse(row, grounds="Certificat au nom d’un autre hôte.", by=manager(), at=NOW)
    before = (grant.production_url, entry.state)
    grant.refresh_from_db()
    entry.refresh_from_db()
    assert (grant.production_url, entry.state) == before
    deliver_due(NOW)
    assert OutgoingEmail.objects.filter(subject__startswith="Changement refusé").exists()


def test_what_the_technical_contact_prepares_counts_once_the_representative_signs() -> None:
    grant, _ = in_production()
    technician, boss = technician_of(grant), boss_of(grant)
    row = declaring.prepare(grant, kind=Kind.URL, proposed=NEW_URL, by=technician, at=NOW)
    deliver_due(NOW)
    assert OutgoingEmail.objects.get(subject__startswith="Changement à signer").to == [boss.email]
    assert not ChangeDeclaration.objects.visible_to(manager()).exists()
    with pytest.raises(NotPermitted):
        declaring.sign(row, by=technician, at=NOW)
    with long_after_the_proof(), pytest.raises(StepUpRequired):
        declaring.sign(row, by=boss, at=NOW)
    declaring.sign(row, by=boss, at=NOW)
    assert ChangeDeclaration.objects.visible_to(manager()).get() == row


@pytest.mark.parametrize(
    ("kind", "proposed", "sentence"),
    [
        (Kind.URL, "http://exemple.fr", "https"),
        (Kind.URL, " ", "Dites ce qui change"),
        (Kind.CERTIFICATE, "CE-2025-9999", "Déclarez d’abord ce certificat"),
        (Kind.ESTABLISHMENTS, "L-2026-9999", "Envoyez d’abord la nouvelle liste"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind: Kind, proposed: str, sentence: str) -> None:
    grant, _ = in_production()
    with pytest.raises(Refused, match=sentence):
        declaring.prepare(grant, kind=kind, proposed=proposed, by=boss_of(grant), at=NOW)
    assert not ChangeDeclaration.objects.exists()


def test_two_of_one_kind_are_not_open_together_and_a_past_day_is_refused() -> None:
    grant, _ = in_production()
    declared(grant, Kind.HOSTING, "Lyon")
    with pytest.raises(Refused, match="déjà en cours"):
        declared(grant, Kind.HOSTING, "Paris")
    with pytest.raises(Refused, match="passée"):
        declared(grant, Kind.URL, NEW_URL, wished_date=date(2026, 3, 2))


def test_a_right_that_does_not_read_beds_has_no_list_and_one_without_certificate_none() -> None:
    consumption = GrantFactory(consumption=True, access_profile=0)
    assert not {Kind.ESTABLISHMENTS, Kind.CERTIFICATE} & set(queries.kinds_for(consumption))
    assert set(queries.kinds_for(ready_grant())) == set(Kind)


def test_withdrawing_takes_the_amendment_along() -> None:
    grant, _ = in_production()
    row = declared(grant, Kind.PURPOSE, "Autre")
    declaring.withdraw(row, by=boss_of(grant), at=NOW)
    assert Candidacy.objects.get(pk=row.candidacy_id).state == CandidacyState.WITHDRAWN


def test_in_production_the_address_no_longer_changes_without_a_declaration() -> None:
    from policy.grants import operations as grants

    grant, _ = in_production()
    with pytest.raises(Refused, match="par une déclaration"):
        grants.record_production_url(grant, url=NEW_URL, by=technician_of(grant), at=NOW)


def test_strangers_see_nothing() -> None:
    grant, _ = in_production()
    declared(grant, Kind.HOSTING, "Lyon")
    assert ChangeDeclaration.objects.visible_to(member(grant.holder, MembershipRole.READER)).count() == 1
    assert not ChangeDeclaration.objects.visible_to(member(ready_grant().holder)).exists()


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_answer_at_once_give_one_answer() -> None:
    grant, _ = in_production()
    row = declared(grant, Kind.URL, NEW_URL)
    one, two = manager(), other_manager()
    declaring.take(row, by=one, at=NOW)
    gate, told = Barrier(2), []

    def answer(act: str, agent: User) -> None:
        gate.wait()
        try:
            mine = ChangeDeclaration.objects.get(pk=row.pk)
            if act == "accept":
                declaring.accept(mine, by=agent, at=NOW)
            else:
                declaring.refuse(mine, grounds="Non.", by=agent, at=NOW)
            told.append(act)
        except MoveNotAllowed:
            told.append("late")
        finally:
            connection.close()

    threads = [Thread(target=answer, args=pair) for pair in (("accept", one), ("refuse", two))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.refresh_from_db()
    assert sorted(told)[-1] == "refuse" if row.state == State.REFUSED else "accept" in told
    assert told.count("late") == 1
