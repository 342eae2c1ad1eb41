"""Claims and services: filed, verified, refused; what is written, what is refused, what follows."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from onboarding.vendors import operations as vendors
from onboarding.vendors import queries
from onboarding.vendors.identity import Identity
from onboarding.vendors.lifecycle import State
from onboarding.vendors.models import EntityClaim, ServiceSheet
from onboarding.vendors.operations import Proof, Sheet
from onboarding.vendors.proofs import ProofKind, Quality
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.queries import about, sentences
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused, StepUpRequired
from portal.outbox.models import OutboxMessage
from portal.parties import queries as parties
from portal.parties.models import DigitalService, LegalEntity, ServiceKind
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.documents import DepositedFileFactory
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, long_after_the_proof, member
from tests.factories.reference import EstablishmentFactory
from tests.factories.vendors import EntityClaimFactory

pytestmark = pytest.mark.django_db
ALPHA = Identity(siren="732829320", siret="73282932000074")


def file_claim(by: User, now: datetime, identity: Identity = ALPHA, **more: Any) -> EntityClaim:
    given = {
        "name": "Alpha",
        "address": "1 rue Neuve",
        "postcode": "75001",
        "city": "Paris",
        "quality": Quality.CHAIR,
        "proof": Proof(
            file=DepositedFileFactory(uploaded_by=by), kind=ProofKind.REGISTER_EXTRACT, day=date(2026, 2, 20)
        ),
    }
    return vendors.claim(identity, **(given | more), by=by, at=now)


def effects() -> list[str]:
    return sorted(OutboxMessage.objects.values_list("effect", flat=True))


def test_anybody_claims_an_entity(now: datetime) -> None:
    person = PersonFactory()
    claim = file_claim(person, now)
    assert (claim.reference, claim.state, claim.filed_at) == ("R-2026-0001", State.FILED, now)
    assert "a demandé à représenter Alpha" in sentences(about("R-2026-0001"))[0].sentence
    assert effects() == ["onboarding.vendors.acknowledge_claim"]


def test_a_claim_gives_no_right_before_it_is_verified(now: datetime) -> None:
    person = PersonFactory()
    file_claim(person, now)
    assert not LegalEntity.objects.exists()
    assert not LegalEntity.objects.visible_to(person).exists()


def test_an_old_extract_is_refused_at_its_date(now: datetime) -> None:
    person = PersonFactory()
    proof = Proof(file=DepositedFileFactory(uploaded_by=person), kind=ProofKind.REGISTER_EXTRACT, day=date(2025, 12, 2))
    with pytest.raises(Refused, match="moins de 3 mois") as refused:
        file_claim(person, now, proof=proof)
    assert refused.value.field == "proof_date"
    assert not EntityClaim.objects.exists()


def test_the_number_of_an_establishment_is_refused_and_names_its_entity(now: datetime) -> None:
    EstablishmentFactory(finess="350054680", finess_ej="350000022", name="CLINIQUE DES LILAS")
    with pytest.raises(Refused, match=r"CLINIQUE DES LILAS.*350000022") as refused:
        file_claim(PersonFactory(), now, Identity(finess_ej="350054680"))
    assert refused.value.field == "number"


def test_one_person_claims_one_entity_once_at_a_time(now: datetime) -> None:
    person = PersonFactory()
    file_claim(person, now)
    with pytest.raises(Refused, match="déjà une demande en cours"):
        file_claim(person, now)
    assert EntityClaim.objects.count() == 1
    assert len(effects()) == 1


def test_two_people_claim_one_entity_and_do_not_see_each_other(now: datetime) -> None:
    first, second = PersonFactory(), PersonFactory()
    claims = [file_claim(first, now), file_claim(second, now)]
    assert list(EntityClaim.objects.visible_to(first)) == [claims[0]]
    assert list(EntityClaim.objects.visible_to(second)) == [claims[1]]
    assert set(EntityClaim.objects.visible_to(AgentFactory())) == set(claims)
    assert queries.competing(claims[0]) == [claims[1]]


def test_a_representative_does_not_claim_again(now: datetime) -> None:
    entity = LegalEntityFactory(siren="732829320")
    with pytest.raises(Refused, match="Vous représentez déjà"):
        file_claim(member(entity), now)
    file_claim(member(entity, MembershipRole.CONTRIBUTOR), now)


def test_verifying_registers_the_entity_and_its_representative(now: datetime) -> None:
    claim, agent = EntityClaimFactory(siren="732829320", name="Alpha"), AgentFactory()
    entity = vendors.verify(claim, piece=ProofKind.REGISTER_EXTRACT, details="du 20/02/2026", by=agent, at=now)
    assert (entity.name, entity.siren, entity.city) == ("Alpha", "732829320", "Lyon")
    assert parties.legal_representatives(entity) == [claim.claimant]
    assert (claim.state, claim.decided_by, claim.legal_entity) == (State.VERIFIED, agent, entity)
    assert claim.examined_piece == "Extrait d’un registre (Kbis, RNE, Sirene), du 20/02/2026"
    assert effects() == ["onboarding.vendors.announce_verification"]


def test_who_verified_on_what_piece_and_when_can_be_told(now: datetime) -> None:
    claim = EntityClaimFactory(claimant=PersonFactory(first_name="Amel", last_name="Aubert"), quality=Quality.MANAGER)
    agent = AgentFactory(first_name="Ines", last_name="Instruit")
    entity = vendors.verify(claim, piece=ProofKind.APPOINTMENT_DEED, by=agent, at=now)
    found = queries.verification_of(entity, claim.claimant)
    assert found is not None
    assert found.sentence.replace("\u00a0", " ") == (
        "Qualité de représentant légal (Gérant ou gérante) vérifiée le mardi 3 mars 2026, 10 h par Ines Instruit, "
        f"sur la pièce « Acte de nomination (procès-verbal, arrêté) » (demande {claim.reference})."
    )
    assert queries.verification_of(entity, PersonFactory()) is None


def test_verifying_a_claim_of_a_known_entity_adds_a_representative(now: datetime) -> None:
    entity = LegalEntityFactory(siren="732829320", name="Alpha")
    boss = member(entity)
    claim = EntityClaimFactory(siren="732829320", name="Alpha SAS")
    assert vendors.verify(claim, piece=ProofKind.REGISTER_EXTRACT, by=AgentFactory(), at=now) == entity
    assert set(parties.legal_representatives(entity)) == {boss, claim.claimant}
    assert LegalEntity.objects.get().name == "Alpha"


def test_both_of_two_competing_claims_may_be_verified_one_after_the_other(now: datetime) -> None:
    claims = [EntityClaimFactory(siren="732829320") for _ in range(2)]
    agent = AgentFactory()
    entities = {vendors.verify(claim, piece=ProofKind.REGISTER_EXTRACT, by=agent, at=now) for claim in claims}
    assert len(entities) == 1


def test_a_claim_is_decided_once(now: datetime) -> None:
    claim, agent = EntityClaimFactory(), AgentFactory()
    vendors.verify(claim, piece=ProofKind.REGISTER_EXTRACT, by=agent, at=now)
    with pytest.raises(MoveNotAllowed):
        vendors.refuse(claim, grounds="Trop tard.", by=agent, at=now)
    with pytest.raises(MoveNotAllowed):
        vendors.verify(claim, piece=ProofKind.REGISTER_EXTRACT, by=agent, at=now)
    assert len(effects()) == 1


def test_nobody_examines_his_own_claim(now: datetime) -> None:
    agent = AgentFactory()
    with pytest.raises(NotPermitted, match="votre propre demande"):
        vendors.verify(EntityClaimFactory(claimant=agent), piece=ProofKind.REGISTER_EXTRACT, by=agent, at=now)


@pytest.mark.parametrize("role", [StaffRole.SECRETARY, StaffRole.ADMINISTRATOR, StaffRole.WHITELIST_MANAGER])
def test_only_a_reviewer_examines_a_claim(now: datetime, role: StaffRole) -> None:
    with pytest.raises(NotPermitted):
        vendors.refuse(EntityClaimFactory(), grounds="Non.", by=AgentFactory(roles=[role]), at=now)


def test_verifying_asks_for_a_fresh_proof_of_identity(now: datetime) -> None:
    with long_after_the_proof(), pytest.raises(StepUpRequired):
        vendors.verify(EntityClaimFactory(), piece=ProofKind.REGISTER_EXTRACT, by=AgentFactory(), at=now)


def test_a_refusal_says_why_and_lets_the_person_claim_again(now: datetime) -> None:
    person = PersonFactory()
    claim = file_claim(person, now)
    vendors.refuse(claim, grounds=" L’extrait est illisible. ", by=AgentFactory(), at=now)
    assert (claim.state, claim.grounds) == (State.REFUSED, "L’extrait est illisible.")
    assert "onboarding.vendors.announce_refusal" in effects()
    file_claim(person, now + timedelta(days=1))


def test_a_refusal_without_grounds_is_refused(now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        vendors.refuse(EntityClaimFactory(), grounds="  ", by=AgentFactory(), at=now)
    assert refused.value.field == "grounds"


def test_a_service_is_declared_with_its_sheet(now: datetime) -> None:
    entity = LegalEntityFactory()
    sheet = Sheet(software_version="4.2", hosting="Roubaix")
    service = vendors.open_service(
        entity, name="Lits", kind=ServiceKind.SAAS, url="https://lits.fr", sheet=sheet, by=member(entity), at=now
    )
    assert service.reference == "S-2026-0001"
    assert (queries.sheet_of(service).software_version, queries.sheet_of(service).hosting) == ("4.2", "Roubaix")


def test_a_service_that_is_refused_leaves_no_sheet(now: datetime) -> None:
    service = DigitalServiceFactory(name="Lits")
    with pytest.raises(Refused):
        vendors.open_service(service.owner, name="Lits", kind="saas", by=member(service.owner), at=now)
    assert not ServiceSheet.objects.exists()


def test_a_service_is_corrected_until_it_holds_a_right(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    service = DigitalServiceFactory(name="Lits", url="https://a.fr")
    boss = member(service.owner)
    vendors.amend_service(service, name="Lits 2", kind="saas", url="https://b.fr", by=boss, at=now)
    assert (service.name, service.url) == ("Lits 2", "https://b.fr")
    monkeypatch.setattr(queries, "holds_a_right", lambda service: True)
    with pytest.raises(Refused, match="par une déclaration"):
        vendors.amend_service(service, name="Lits 2", kind="saas", url="https://c.fr", by=boss, at=now)
    kept = Sheet(software_version="5")
    vendors.amend_service(service, name="Lits 2", kind="saas", url="https://b.fr", sheet=kept, by=boss, at=now)
    assert queries.sheet_of(DigitalService.objects.get()).software_version == "5"
