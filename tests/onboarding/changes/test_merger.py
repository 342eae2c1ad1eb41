"""A merger: once the committee granted it, the service and its rights go to who takes them over, who signs for himself."""

from datetime import UTC, datetime, timedelta

import pytest

from onboarding.candidacies import completeness
from onboarding.candidacies import queries as candidacies
from onboarding.candidacies.blocks import Block, BlockState
from onboarding.candidacies.lifecycle import State as CandidacyState
from onboarding.changes import acquirer, jobs, queries
from onboarding.changes.kinds import Kind
from onboarding.changes.lifecycle import State
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import declaring
from onboarding.changes.queries import handovers
from onboarding.legaltexts import operations as legaltexts
from onboarding.legaltexts import queries as texts
from onboarding.legaltexts.kinds import Step
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant, GrantedTerms
from policy.sanctions import operations as sanctions
from policy.whitelist import operations as whitelist
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import WhitelistEntry
from policy.whitelist.queries import missing_for
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.parties import operations as parties
from portal.parties.models import DigitalService, LegalEntity
from portal.parties.queries import reachable_addresses
from tests.factories.candidacies import CandidacyFactory
from tests.factories.certificates import CertificateFactory
from tests.factories.changes import boss_of, declared, in_production, manager, technician_of
from tests.factories.grants import GrantFactory
from tests.factories.legaltexts import published, signed
from tests.factories.parties import NOW, LegalEntityFactory, member, proved
from tests.factories.sanctions import urgent

pytestmark = pytest.mark.django_db
LATER = datetime(2100, 1, 1, tzinfo=UTC)
SIREN = "732829320"
WORDS = "Repris par Grand Groupe SA, SIREN 732 829 320"


@pytest.mark.parametrize(
    ("text", "siren"),
    [
        (WORDS, SIREN),
        ("732829320", SIREN),
        ("732\u00a0829\u202f320.", SIREN),
        ("Grand Groupe", ""),
        ("SIREN 732829321", ""),  # its key does not hold
        ("tél. 01 23 45 67 89, SIREN 732829320", SIREN),
        ("73282932000074", ""),  # a SIRET is no SIREN
    ],
)
def test_the_first_siren_whose_key_holds_is_read_among_other_words(text: str, siren: str) -> None:
    assert acquirer.siren_in(text) == siren


def granted(grant: Grant) -> ChangeDeclaration:
    """A merger declared, whose amendment the committee admitted."""
    row = declared(grant, Kind.MERGER, WORDS)
    assert row.candidacy is not None
    type(row.candidacy).objects.filter(pk=row.candidacy_id).update(state="admitted", submitted_at=NOW)
    assert jobs.follow_committee(NOW) == 1
    row.refresh_from_db()
    return row


@pytest.fixture
def taker() -> LegalEntity:
    entity = LegalEntityFactory(name="Grand Groupe SA", siren=SIREN)
    member(entity)
    return entity


def test_a_merger_without_the_number_of_the_taker_is_refused() -> None:
    grant, _ = in_production()
    for text in ("Grand Groupe SA", f"SIREN {grant.holder.siren}"):
        with pytest.raises(Refused, match="SIREN"):
            declaring.prepare(grant, kind=Kind.MERGER, proposed=text, by=boss_of(grant), at=NOW)


def test_nothing_moves_before_the_taker_is_known_to_the_portal() -> None:
    grant, _ = in_production()
    row = granted(grant)
    with pytest.raises(Refused, match="pas encore rattaché"):
        declaring.apply(row, by=manager(), at=NOW)
    LegalEntityFactory(siren=SIREN)  # taken over by the agency: nobody has claimed it
    with pytest.raises(Refused, match="pas encore rattaché"):
        declaring.apply(row, by=manager(), at=NOW)
    assert DigitalService.objects.get(pk=grant.service_id).owner_id == grant.holder_id


def test_nobody_applies_what_was_only_declared(taker: LegalEntity) -> None:
    grant, _ = in_production()
    merger = declared(grant, Kind.MERGER, WORDS)
    over = declared(grant, Kind.END_OF_SERVICE, "Le service s’arrête.")
    for row in (merger, over):
        with pytest.raises(NotPermitted, match="pas encore accepté"):
            declaring.apply(row, by=manager(), at=NOW)
    grant.refresh_from_db()
    assert (grant.state, grant.holder == taker) == (GrantState.ACTIVE, False)


def test_the_service_and_its_rights_change_hands_at_once_and_production_by_a_proposal(taker: LegalEntity) -> None:
    grant, entry = in_production()
    former, old, new = grant.holder, boss_of(grant), member(taker)
    row = granted(grant)
    declaring.apply(row, by=manager(), at=NOW)
    assert row.state == State.DONE
    assert DigitalService.objects.get(pk=grant.service_id).owner == taker
    assert Grant.objects.get(pk=grant.pk).holder == taker
    assert not DigitalService.objects.visible_to(old).exists()
    assert not Grant.objects.visible_to(old).exists()
    assert [one.pk for one in Grant.objects.visible_to(new)] == [grant.pk]
    entry.refresh_from_db()
    assert entry.state == EntryState.APPROVED
    assert WhitelistEntry.objects.get(state=EntryState.PROPOSED).reference in row.outcome
    while deliver_due(LATER):
        pass
    told = {one.template.rpartition("/")[2]: one.to for one in OutgoingEmail.objects.all()}
    assert new.email in told["taken_over"]
    assert old.email in told["transferred"]
    assert former.name in row.outcome


@pytest.mark.parametrize("alone", [False, True], ids=["by a measure", "from the entry"])
def test_a_stopped_right_changes_hands_stopped_and_its_new_holder_answers(taker: LegalEntity, alone: bool) -> None:
    grant, entry = in_production()
    row = granted(grant)
    if alone:
        whitelist.suspend(entry, grounds="Clé compromise.", by=manager(), at=NOW)
    else:
        measure = urgent(grant)
    declaring.apply(row, by=manager(), at=NOW)
    grant.refresh_from_db()
    assert (row.state, grant.holder, grant.state) == (State.DONE, taker, GrantState.SUSPENDED)
    assert "demande la levée, puis l’agence propose l’inscription" in row.outcome
    assert not WhitelistEntry.objects.filter(state=EntryState.PROPOSED).exists()
    if not alone:
        sanctions.observe(measure, observations="Nous corrigeons.", by=member(taker), at=NOW)
        sanctions.propose_lifting(measure, grounds="Corrigé.", by=manager(), at=NOW)
        sanctions.lift(measure, by=manager(), at=NOW)
        assert "rien ne s’inscrit" not in "".join(one.label for one in missing_for(grant, "production", at=NOW))


def test_the_end_that_the_former_organisation_announced_does_not_cut_who_took_the_service_over(
    taker: LegalEntity,
) -> None:
    grant, _ = in_production()
    over, who = declared(grant, Kind.END_OF_SERVICE, "Le service s’arrête."), manager()
    declaring.take(over, by=who, at=NOW)
    declaring.accept(over, by=who, at=NOW)
    declaring.apply(granted(grant), by=manager(), at=NOW + timedelta(hours=1))
    assert jobs.end_services(LATER) == 0
    grant.refresh_from_db()
    over.refresh_from_db()
    assert (grant.state, over.state) == (GrantState.ACTIVE, State.WITHDRAWN)
    assert DigitalService.objects.get(pk=grant.service_id).ends_on is None
    while deliver_due(LATER):
        pass
    (mail,) = OutgoingEmail.objects.filter(template__endswith="/called_off")
    assert {over.signed_by.email, *reachable_addresses(taker)} <= set(mail.to)


def test_the_former_organisation_is_no_longer_asked_to_sign(taker: LegalEntity) -> None:
    grant, _ = in_production()
    unsigned = declaring.prepare(grant, kind=Kind.HOSTING, proposed="Hébergeur B", by=technician_of(grant), at=NOW)
    row = granted(grant)
    old = row.signed_by
    assert [one.reference for one in queries.waiting_for_vendor(old)] == [unsigned.reference]
    declaring.apply(row, by=manager(), at=NOW)
    unsigned.refresh_from_db()
    assert (unsigned.state, unsigned.outcome) == (State.WITHDRAWN, "close, sans objet")
    ChangeDeclaration.objects.filter(pk=unsigned.pk).update(state=State.PENDING)  # one left by an earlier merger
    assert queries.waiting_for_vendor(old) == []


@pytest.mark.parametrize("side", ["former", "taker"])
def test_an_agent_to_whom_either_organisation_is_closed_reads_nothing_of_it(taker: LegalEntity, side: str) -> None:
    grant, _ = in_production()
    former, who = grant.holder, manager()
    row = granted(grant)
    declaring.apply(row, by=manager(), at=NOW)
    assert queries.in_full(who, row.reference) is not None
    parties.close_readings([who], [former.pk if side == "former" else taker.pk], source="C-1", at=NOW)
    assert queries.in_full(who, row.reference) is None


def test_who_takes_over_signs_the_charter_for_himself(taker: LegalEntity) -> None:
    grant, _ = in_production()
    version = published()
    signed(version, grant.service, by=boss_of(grant))
    assert texts.must_sign(grant.service, Step.DEPOSIT, at=LATER) == []
    declaring.apply(granted(grant), by=manager(), at=NOW)
    service = DigitalService.objects.get(pk=grant.service_id)
    assert texts.must_sign(service, Step.DEPOSIT, at=LATER) == [version]
    new = member(taker)
    assert texts.services_to_sign(new, version) == [service]
    legaltexts.sign(version, service, by=new, at=LATER)
    assert texts.must_sign(service, Step.DEPOSIT, at=LATER) == []
    with pytest.raises(Refused, match="déjà signé"):
        legaltexts.sign(version, service, by=new, at=LATER)


def test_both_organisations_read_what_is_moved_before_and_after(taker: LegalEntity) -> None:
    grant, _ = in_production()
    signed(published(), grant.service, by=boss_of(grant))
    colleague = technician_of(grant)
    row = granted(grant)
    page = f"/changements/{row.reference}/"
    before = proved(row.signed_by).get(page).content.decode()
    for words in ("Ce que la reprise déplacera", taker.name, colleague.full_name, "À signer de nouveau"):
        assert words in before
    assert "?email=" not in before
    declaring.apply(row, by=manager(), at=datetime.now(UTC))
    former = proved(row.signed_by).get(page).content.decode()
    assert "Ce qui a été repris" in former
    assert f"/habilitations/{grant.reference}/" not in former
    assert not registry.moves_open_to(row.signed_by, row)
    boss = proved(member(taker))
    after = boss.get(page).content.decode()
    link = f"/personnes-morales/{taker.reference}/inviter/?email={colleague.email.replace('@', '%40')}"
    assert link in after
    assert colleague.email in boss.get(link).content.decode()
    assert proved(member(LegalEntityFactory())).get(page).status_code == 404


def test_a_draft_does_not_tell_whether_the_taker_is_on_the_portal(taker: LegalEntity) -> None:
    grant, _ = in_production()
    row = declaring.prepare(grant, kind=Kind.MERGER, proposed=f"SIREN {SIREN}", by=boss_of(grant), at=NOW)
    drafted = handovers.of(row, boss_of(grant), at=NOW)
    examined = handovers.of(row, manager(), at=NOW)
    assert drafted
    assert examined
    assert (drafted.taker, drafted.is_told, examined.taker) == (None, False, taker)
    html = proved(row.prepared_by).get(f"/changements/{row.reference}/").content.decode()
    assert "vérifié par l’agence à l’examen" in html
    assert taker.name not in html


def test_the_taker_reads_the_people_of_the_day_of_the_merger_for_ninety_days(taker: LegalEntity) -> None:
    grant, _ = in_production()
    former, new = grant.holder, member(taker)
    row = granted(grant)
    declaring.apply(row, by=manager(), at=NOW)
    former.memberships.update(since=NOW - timedelta(days=1))
    late = member(former)
    late.memberships.update(since=NOW + timedelta(days=1))
    for days, read in ((1, True), (89, True), (90, False)):
        moved = handovers.of(row, new, at=NOW + timedelta(days=days))
        assert moved
        people = [one.user for one in moved.people]
        assert (row.signed_by in people, late in people) == (read, False)


def test_who_lost_the_service_reads_nothing_of_what_goes_on_without_him(taker: LegalEntity) -> None:
    grant, _ = in_production()
    row = granted(grant)
    old, new = row.signed_by, member(taker)
    held = CertificateFactory(service=grant.service, declared_at=NOW)
    declaring.apply(row, by=manager(), at=NOW + timedelta(hours=1))
    before = handovers.of(row, old, at=LATER)
    CandidacyFactory(service=grant.service, direction="consumption")
    since = CertificateFactory(service=grant.service, declared_at=NOW + timedelta(days=1))
    GrantFactory(consumption=True, service=grant.service, holder=taker)
    assert handovers.of(row, old, at=LATER) == before
    assert before
    assert (before.taker, before.rights, before.requests, before.certificates) == (taker, (), 0, ())
    moved = handovers.of(row, new, at=LATER)
    assert moved
    assert held.reference in moved.certificates
    assert since.reference not in moved.certificates
    assert len(moved.rights) == 2
    html = proved(old).get(f"/changements/{row.reference}/").content.decode()
    assert "Suit le service." in html
    assert "Le représentant légal du repreneur signe les siens." in html


def test_an_amendment_lacks_nothing_in_the_blocks_it_leaves_closed(taker: LegalEntity) -> None:
    grant, _ = in_production()
    GrantedTerms.objects.create(
        grant=grant, number=1, decision_reference="D-2026-0001", decided_at=NOW, service_name=grant.service_name
    )
    noted = {"policy": "1", "texts": ["Le service vérifie ses utilisateurs."], "by": "X", "at": "2026-01-01"}
    state = CandidacyState.ADMITTED
    CandidacyFactory(service=grant.service, filled=True, state=state, submitted_at=NOW, acknowledged_duties=noted)
    amendment = declared(grant, Kind.MERGER, WORDS).candidacy
    assert amendment is not None
    assert amendment.acknowledged_duties == noted
    type(amendment).objects.filter(pk=amendment.pk).update(purpose="", exposure_model="", technical_email="")
    amendment.refresh_from_db()
    lacking = {one.block for one in completeness.lacks(candidacies.facts_of(amendment))}
    assert Block.CONTACTS in lacking
    assert not lacking & {Block.PURPOSE, Block.CONFORMITY, Block.PROFILES, Block.SOLUTION}
    told = {one.block: one.state for one in candidacies.blocks(amendment)}
    assert told[Block.PURPOSE] == BlockState.DONE
