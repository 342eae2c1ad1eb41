"""Verbs on entities, members, invitations and services: what changes, what is refused, what follows."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.accounts.roles import StaffRole
from portal.audit.queries import about, sentences
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused, StepUpRequired
from portal.outbox.models import OutboxMessage
from portal.parties import operations as parties
from portal.parties import queries
from portal.parties.lifecycle import InvitationState
from portal.parties.models import LegalEntity, Membership, ServiceKind
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.parties import (
    DigitalServiceFactory,
    InvitationFactory,
    LegalEntityFactory,
    long_after_the_proof,
    luhn,
    member,
)

pytestmark = pytest.mark.django_db
CONTRIBUTOR = MembershipRole.CONTRIBUTOR
REPRESENTATIVE = MembershipRole.LEGAL_REPRESENTATIVE


def register(now: datetime, by: Any, **more: Any) -> LegalEntity:
    return parties.register_entity(**{"name": "Alpha", "siren": "732829320", **more}, by=by, at=now)


def test_an_agent_registers_an_entity_with_a_reference_of_the_year(now: datetime) -> None:
    entity = register(now, AgentFactory())
    assert entity.reference == "PM-2026-0001"
    assert sentences(about("Alpha"))[0].sentence.endswith("a enregistré la personne morale Alpha (732829320)")


def test_a_number_already_registered_is_refused_with_its_sentence(now: datetime) -> None:
    LegalEntityFactory(siren="732829320")
    with pytest.raises(Refused, match="porte déjà ce SIREN"):
        register(now, AgentFactory())
    assert LegalEntity.objects.count() == 1


def test_a_vendor_registers_no_entity(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        register(now, PersonFactory())


def test_a_person_recognised_twice_holds_the_role_once(now: datetime) -> None:
    entity, person, agent = LegalEntityFactory(), PersonFactory(), AgentFactory()
    first = parties.appoint(entity, person, by=agent, at=now)
    assert parties.appoint(entity, person, by=agent, at=now) == first
    assert queries.roles_in(person, entity.pk) == {REPRESENTATIVE}


def test_a_representative_changes_where_the_entity_is_reached_and_nothing_else(now: datetime) -> None:
    entity = LegalEntityFactory(name="Alpha")
    reached = {"address": "1 quai Neuf", "postcode": "33000", "city": "Bordeaux", "mailbox": "ror@alpha.fr"}
    parties.amend_entity(entity, **reached, by=member(entity), at=now)
    entity.refresh_from_db()
    assert (entity.city, entity.mailbox, entity.name) == ("Bordeaux", "ror@alpha.fr", "Alpha")


def test_a_role_ends_at_once(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss, helper = member(entity), member(entity, CONTRIBUTOR)
    assert queries.roles_in(helper, entity.pk) == {CONTRIBUTOR}
    parties.dismiss(entity, helper, CONTRIBUTOR, by=boss, at=now)
    assert queries.roles_in(helper, entity.pk) == frozenset()
    assert Membership.objects.get(user=helper).until == now


def test_the_last_representative_stays(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss = member(entity)
    with pytest.raises(Refused, match="au moins un représentant légal"):
        parties.dismiss(entity, boss, REPRESENTATIVE, by=boss, at=now)
    other = member(entity)
    parties.dismiss(entity, other, REPRESENTATIVE, by=boss, at=now)
    assert queries.legal_representatives(entity) == [boss]


def test_a_role_nobody_holds_does_not_end(now: datetime) -> None:
    entity = LegalEntityFactory()
    with pytest.raises(Refused, match="ne tient pas ce rôle"):
        parties.dismiss(entity, PersonFactory(), CONTRIBUTOR, by=member(entity), at=now)


def test_ending_a_role_asks_for_a_fresh_proof_of_identity(now: datetime) -> None:
    entity = LegalEntityFactory()
    helper = member(entity, CONTRIBUTOR)
    with long_after_the_proof(), pytest.raises(StepUpRequired):
        parties.dismiss(entity, helper, CONTRIBUTOR, by=member(entity), at=now)


def test_an_invitation_is_kept_without_its_token_and_lives_seventy_two_hours(now: datetime) -> None:
    entity = LegalEntityFactory()
    invitation = parties.invite(entity, email=" Amel@Exemple.fr ", role=CONTRIBUTOR, by=member(entity), at=now)
    token = queries.token_of(invitation)
    assert invitation.reference == "I-2026-0001"
    assert invitation.email == "amel@exemple.fr"
    assert invitation.expires_at == now + timedelta(hours=72)
    assert len(token) == 43
    assert token not in str(vars(invitation))
    assert queries.of_token(token) == invitation
    assert OutboxMessage.objects.get().effect == "portal.parties.send_invitation"


def test_the_journal_keeps_neither_nonce_nor_digest(now: datetime) -> None:
    entity = LegalEntityFactory()
    invitation = parties.invite(entity, email="amel@exemple.fr", role=CONTRIBUTOR, by=member(entity), at=now)
    data = about(invitation.reference).get().detail.data
    assert invitation.nonce not in data
    assert invitation.token_digest not in data


def test_two_tokens_of_one_entity_differ(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss = member(entity)
    made = [parties.invite(entity, email=f"a{n}@exemple.fr", role=CONTRIBUTOR, by=boss, at=now) for n in range(2)]
    assert queries.token_of(made[0]) != queries.token_of(made[1])


@pytest.mark.parametrize("role", [MembershipRole.DELEGATE, MembershipRole.READER, CONTRIBUTOR])
def test_only_a_representative_invites(now: datetime, role: MembershipRole) -> None:
    entity = LegalEntityFactory()
    with pytest.raises(NotPermitted):
        parties.invite(entity, email="a@exemple.fr", role=CONTRIBUTOR, by=member(entity, role), at=now)


def test_a_representative_of_another_entity_invites_nobody_here(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        parties.invite(
            LegalEntityFactory(), email="a@exemple.fr", role=CONTRIBUTOR, by=member(LegalEntityFactory()), at=now
        )


def test_a_legal_representative_is_never_invited(now: datetime) -> None:
    entity = LegalEntityFactory()
    with pytest.raises(Refused, match="Un représentant légal ne s’invite pas"):
        parties.invite(entity, email="a@exemple.fr", role=REPRESENTATIVE, by=member(entity), at=now)
    assert not OutboxMessage.objects.exists()


def test_an_address_is_invited_once_at_a_time_and_again_after_expiry(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss = member(entity)
    first = parties.invite(entity, email="a@exemple.fr", role=CONTRIBUTOR, by=boss, at=now)
    with pytest.raises(Refused, match="déjà une invitation en attente"):
        parties.invite(entity, email="a@exemple.fr", role=CONTRIBUTOR, by=boss, at=now + timedelta(hours=1))
    later = now + timedelta(hours=73)
    second = parties.invite(entity, email="a@exemple.fr", role=CONTRIBUTOR, by=boss, at=later)
    first.refresh_from_db()
    assert (first.state, second.state) == (InvitationState.WITHDRAWN, InvitationState.OPEN)


def test_somebody_who_holds_the_role_is_not_invited(now: datetime) -> None:
    entity = LegalEntityFactory()
    helper = member(entity, CONTRIBUTOR)
    with pytest.raises(Refused, match="tient déjà ce rôle") as refused:
        parties.invite(entity, email=helper.email.upper(), role=CONTRIBUTOR, by=member(entity), at=now)
    assert refused.value.field == "email"


def test_the_invited_person_joins_with_the_role(now: datetime) -> None:
    invitation = InvitationFactory()
    person = PersonFactory(email=invitation.email.upper())
    parties.accept_invitation(invitation, by=person, at=now)
    assert queries.roles_in(person, invitation.legal_entity_id) == {CONTRIBUTOR}
    assert (invitation.state, invitation.accepted_at) == (InvitationState.ACCEPTED, now)


def test_an_invitation_serves_once(now: datetime) -> None:
    invitation = InvitationFactory()
    person = PersonFactory(email=invitation.email)
    parties.accept_invitation(invitation, by=person, at=now)
    with pytest.raises(MoveNotAllowed):
        parties.accept_invitation(invitation, by=person, at=now)
    assert Membership.objects.filter(user=person).count() == 1


def test_an_invitation_to_another_address_is_refused(now: datetime) -> None:
    with pytest.raises(NotPermitted, match="adressée à une autre personne"):
        parties.accept_invitation(InvitationFactory(), by=PersonFactory(), at=now)


def test_an_invitation_is_refused_from_its_last_instant_on(now: datetime) -> None:
    invitation = InvitationFactory()
    person = PersonFactory(email=invitation.email)
    with pytest.raises(Refused, match="a expiré"):
        parties.accept_invitation(invitation, by=person, at=invitation.expires_at)
    assert not Membership.objects.filter(user=person).exists()


def test_a_withdrawn_invitation_no_longer_works(now: datetime) -> None:
    invitation = InvitationFactory()
    parties.withdraw_invitation(invitation, by=invitation.invited_by, at=now)
    with pytest.raises(MoveNotAllowed):
        parties.accept_invitation(invitation, by=PersonFactory(email=invitation.email), at=now)


@pytest.mark.parametrize("role", [REPRESENTATIVE, MembershipRole.DELEGATE, CONTRIBUTOR])
def test_those_who_prepare_declare_a_service(now: datetime, role: MembershipRole) -> None:
    entity = LegalEntityFactory()
    service = parties.register_service(
        entity, name=" Lits ", kind=ServiceKind.SAAS, url="https://lits.fr", by=member(entity, role), at=now
    )
    assert (service.reference, service.name, service.opened_at) == ("S-2026-0001", "Lits", now)


@pytest.mark.parametrize("person", ["reader", "stranger", "reviewer"])
def test_nobody_else_declares_a_service(now: datetime, person: str) -> None:
    entity = LegalEntityFactory()
    people = {
        "reader": lambda: member(entity, MembershipRole.READER),
        "stranger": PersonFactory,
        "reviewer": lambda: AgentFactory(roles=[StaffRole.REVIEWER]),
    }
    with pytest.raises(NotPermitted):
        parties.register_service(entity, name="Lits", kind=ServiceKind.SAAS, by=people[person](), at=now)


def test_one_entity_has_one_service_of_a_name(now: datetime) -> None:
    service = DigitalServiceFactory(name="Lits")
    boss = member(service.owner)
    with pytest.raises(Refused, match="existe déjà"):
        parties.register_service(service.owner, name="Lits", kind=ServiceKind.SAAS, by=boss, at=now)


def test_luhn_gives_numbers_that_pass() -> None:
    assert luhn("73282932") == "732829320"
