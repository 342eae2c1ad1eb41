"""Publishing versions and signing them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from onboarding.legaltexts import operations, prose, queries
from onboarding.legaltexts.kinds import Act, Kind, Step
from onboarding.legaltexts.models import LegalTextVersion, Signature
from policy.grants.direction import Direction
from portal.accounts.roles import NATIONAL, StaffRole
from portal.audit import queries as audit
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import NotPermitted, Refused, StepUpRequired
from portal.outbox.models import OutboxMessage
from portal.parameters import operations as parameters
from portal.parties.models import DigitalService
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory
from tests.factories.grants import GrantFactory
from tests.factories.legaltexts import PUBLISHED, published, signed
from tests.factories.parties import DigitalServiceFactory, long_after_the_proof, member

pytestmark = pytest.mark.django_db
LATER = PUBLISHED + timedelta(days=30)


@pytest.fixture
def service() -> DigitalService:
    """A service whose owner signs."""
    made: DigitalService = DigitalServiceFactory()
    return made


@pytest.mark.parametrize("role", [StaffRole.ADMINISTRATOR, StaffRole.POLICY_MANAGER])
def test_version_is_published_with_its_digest_by_those_who_may(role: StaffRole) -> None:
    version = operations.publish_version(
        Kind.FEEDING_CHARTER,
        title=" Charte ",
        body="# Objet\r\n\r\nTexte.  ",
        by=AgentFactory(roles=[role]),
        at=PUBLISHED,
    )
    assert (version.number, version.title, version.body) == (1, "Charte", "# Objet\n\nTexte.")
    assert version.sha256 == prose.digest(version.canonical)
    assert (version.published_at, version.act, version.step) == (PUBLISHED, Act.SIGN, Step.DEPOSIT)
    [told] = audit.sentences(audit.about(str(version)))
    assert "a publié « Charte », version 1 (à signer)" in told.sentence


@pytest.mark.parametrize("role", sorted(set(StaffRole) - {StaffRole.ADMINISTRATOR, StaffRole.POLICY_MANAGER}))
def test_version_is_not_published_by_other_staff(role: StaffRole) -> None:
    person = AgentFactory()
    person.staff_roles = frozenset({role})
    with pytest.raises(NotPermitted):
        operations.publish_version(Kind.FEEDING_CHARTER, title="Charte", body="Texte.", by=person)
    assert not LegalTextVersion.objects.exists()


@pytest.mark.parametrize(("title", "body", "field"), [(" ", "Texte.", "title"), ("Charte", " \n\x00 ", "body")])
def test_version_is_refused_when_blank(title: str, body: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        operations.publish_version(
            Kind.FEEDING_CHARTER, title=title, body=body, by=AgentFactory(roles=[StaffRole.ADMINISTRATOR])
        )
    assert refusal.value.field == field


def test_versions_are_numbered_by_text() -> None:
    numbers = [published().number, published().number, published(Kind.PLATINES_TERMS).number]
    assert numbers == [1, 2, 1]
    assert [str(version.text) for version in queries.in_force()] == [
        "Charte d’alimentation du ROR",
        "Conditions d’utilisation de PLATINES",
    ]


@pytest.mark.parametrize("change", [{"body": "autre"}, {"sha256": "0"}, {"number": 9}, {"published_at": LATER}])
def test_published_version_refuses_any_change_and_any_removal(change: dict[str, Any]) -> None:
    version = published()
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalTextVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalTextVersion.objects.filter(pk=version.pk).delete()


def test_legal_representative_signs_the_bytes_he_was_shown(service: DigitalService) -> None:
    version, person = published(), member(service.owner)
    signature = operations.sign(version, service, by=person, at=LATER, sha256=version.sha256)
    assert signature.reference == "SG-2026-0001"
    assert (signature.sha256, signature.signed_at) == (version.sha256, LATER)
    assert (signature.signer_name, signature.entity_name) == (person.full_name, service.owner.name)
    [told] = audit.sentences(audit.about(signature.reference))
    assert told.sentence.startswith(f"{person.full_name} a signé « {version} » pour {service.owner.name}")
    assert OutboxMessage.objects.get(effect="onboarding.legaltexts.issue_signed_text")


@pytest.mark.parametrize("role", sorted(set(MembershipRole) - {MembershipRole.LEGAL_REPRESENTATIVE}))
def test_nobody_else_of_the_entity_signs(role: MembershipRole, service: DigitalService) -> None:
    with pytest.raises(NotPermitted):
        signed(published(), service, by=member(service.owner, role))


def test_neither_an_agent_nor_another_entity_signs(service: DigitalService) -> None:
    version, other = published(), DigitalServiceFactory()
    for person in (AgentFactory(roles=sorted(NATIONAL)), member(other.owner)):
        with pytest.raises(NotPermitted):
            signed(version, service, by=person)
    assert not Signature.objects.exists()


def test_signing_asks_for_a_fresh_proof_of_identity(service: DigitalService) -> None:
    version, person = published(), member(service.owner)
    with long_after_the_proof(), pytest.raises(StepUpRequired):
        operations.sign(version, service, by=person)


def test_text_is_signed_once_for_a_service(service: DigitalService) -> None:
    version = published()
    signed(version, service)
    with pytest.raises(Refused, match="déjà signé"):
        signed(version, service)


def test_former_version_is_no_longer_signed(service: DigitalService) -> None:
    former = published()
    published()
    with pytest.raises(Refused, match="a changé"):
        signed(former, service)


def test_text_is_not_signed_when_it_is_not_the_one_shown(service: DigitalService) -> None:
    with pytest.raises(Refused, match="a changé"):
        signed(published(), service, sha256="0" * 64)


def test_text_given_for_information_is_not_signed(service: DigitalService) -> None:
    with pytest.raises(Refused, match="information"):
        signed(published(act=Act.NONE), service)


def test_signature_refuses_any_change_and_any_removal(service: DigitalService) -> None:
    signature = signed(published(), service)
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(sha256="0")
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).delete()


def test_right_that_exists_learns_that_its_charter_is_signed(service: DigitalService) -> None:
    grant = GrantFactory(service=service, holder=service.owner, charter_signed_at=None, charter_origin="")
    signature = signed(published(), service, at=LATER)
    grant.refresh_from_db()
    assert (grant.charter_signed_at, grant.charter_origin) == (signature.signed_at, "established")


def test_right_learns_nothing_from_another_text(service: DigitalService) -> None:
    grant = GrantFactory(service=service, holder=service.owner, charter_signed_at=None, charter_origin="")
    signed(published(Kind.PLATINES_TERMS), service)
    grant.refresh_from_db()
    assert grant.charter_signed_at is None


def test_signature_stays_in_force_when_the_next_version_is_for_information(service: DigitalService) -> None:
    signature = signed(published(), service)
    published(renews=False)
    assert queries.signature_in_force(service, Kind.FEEDING_CHARTER) == signature
    assert queries.charter_signature(service, Direction.FEEDING) == signature
    assert queries.must_sign(service, Step.DEPOSIT, at=LATER) == []


def test_signature_ends_when_a_later_version_asks_for_a_new_one(service: DigitalService) -> None:
    signed(published(), service)
    published(renews=True)
    last = published(renews=False)
    assert queries.signature_in_force(service, Kind.FEEDING_CHARTER) is None
    assert queries.must_sign(service, Step.DEPOSIT, at=LATER) == [last]
    signature = signed(last, service)
    assert queries.signature_in_force(service, Kind.FEEDING_CHARTER) == signature


def test_what_must_be_signed_follows_step_and_direction(service: DigitalService) -> None:
    feeding = published()
    consumption = published(Kind.CONSUMPTION_CHARTER)
    platines = published(Kind.PLATINES_TERMS, step=Step.TESTS, act=Act.ACKNOWLEDGE)
    published(Kind.PERSONAL_DATA_POLICY, act=Act.NONE)
    assert queries.must_sign(service, Step.DEPOSIT, at=LATER) == [feeding]
    assert queries.must_sign(service, Step.DEPOSIT, direction=Direction.CONSUMPTION, at=LATER) == [consumption]
    assert queries.must_sign(service, Step.PRODUCTION, at=LATER) == [feeding, platines]
    signed(feeding, service)
    assert queries.must_sign(service, Step.DEPOSIT, at=LATER) == []
    assert queries.must_sign(DigitalServiceFactory(), Step.DEPOSIT, at=LATER) == [feeding]


def test_unknown_kind_is_an_error_and_not_an_absent_signature(service: DigitalService) -> None:
    with pytest.raises(ValueError, match="feeding"):
        queries.signature_in_force(service, "feeding")


def test_the_setting_may_ask_the_consumption_charter_from_third_parties_only(service: DigitalService) -> None:
    charter = published(Kind.CONSUMPTION_CHARTER)
    asked = {"direction": Direction.CONSUMPTION, "at": LATER}
    assert queries.must_sign(service, Step.DEPOSIT, for_third_party=False, **asked) == [charter]
    assert queries.charter_waiver(Direction.CONSUMPTION, for_third_party=False, at=LATER) == ""
    setting = parameters.set_value(
        "charter.consumption_required",
        "third_party",
        reason="Décision de l’agence",
        by=AgentFactory(roles=[StaffRole.ADMINISTRATOR]),
        at=PUBLISHED,
    )
    assert queries.must_sign(service, Step.DEPOSIT, for_third_party=False, **asked) == []
    assert queries.must_sign(service, Step.DEPOSIT, for_third_party=True, **asked) == [charter]
    waiver = queries.charter_waiver(Direction.CONSUMPTION, for_third_party=False, at=LATER)
    assert setting.reference in waiver
    assert queries.charter_waiver(Direction.FEEDING, for_third_party=False, at=LATER) == ""


def test_a_title_of_any_length_leaves_its_number_in_the_journal() -> None:
    version = published(title="Charte " + "d’un titre fort long " * 7)
    [event] = AuditEvent.objects.filter(action="legaltexts.publish")
    [told] = audit.sentences([event])
    assert f"{version.title} », version 1 (à signer)" in told.sentence
