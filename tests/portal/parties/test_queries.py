"""Who holds what, whom to write to, who sees what."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.parties import queries
from portal.parties.models import DigitalService, Invitation, LegalEntity
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.parties import (
    DigitalServiceFactory,
    InvitationFactory,
    LegalEntityFactory,
    MembershipFactory,
    member,
)

pytestmark = pytest.mark.django_db


def test_the_roles_of_a_person_are_read_once(django_assert_num_queries: Any) -> None:
    entity, other = LegalEntityFactory(), LegalEntityFactory()
    person = member(entity)
    MembershipFactory(user=person, legal_entity=other, role=MembershipRole.READER)
    MembershipFactory(user=person, legal_entity=other, role=MembershipRole.DELEGATE, ended=True)
    with django_assert_num_queries(1):
        assert queries.roles_in(person, entity.pk) == {MembershipRole.LEGAL_REPRESENTATIVE}
        assert queries.roles_in(person, other.pk) == {MembershipRole.READER}
        assert queries.roles_in(person, None) == frozenset()


def test_a_closed_account_holds_no_role() -> None:
    entity = LegalEntityFactory()
    person = member(entity, closed=True)
    assert queries.roles_in(person, entity.pk) == frozenset()


def test_representatives_and_the_mailbox_are_reached_once_each() -> None:
    entity = LegalEntityFactory(mailbox="ror@alpha.fr")
    first, second = member(entity, last_name="Aubert"), member(entity, last_name="Zola", email="ror@alpha.fr")
    member(entity, MembershipRole.CONTRIBUTOR)
    assert queries.legal_representatives(entity) == [first, second]
    assert queries.reachable_addresses(entity) == [first.email, "ror@alpha.fr"]


@pytest.mark.parametrize("count", [1, 3])
def test_members_come_with_their_roles_in_one_query(count: int, django_assert_num_queries: Any) -> None:
    entity = LegalEntityFactory()
    people = [member(entity, last_name=f"A{n}") for n in range(count)]
    MembershipFactory(user=people[0], legal_entity=entity, role=MembershipRole.READER)
    MembershipFactory(legal_entity=entity, ended=True)
    with django_assert_num_queries(1):
        found = queries.members(entity)
    assert [one.user for one in found] == people
    assert found[0].roles == (MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.READER)


def test_a_token_finds_its_invitation_and_no_other() -> None:
    invitation = InvitationFactory()
    InvitationFactory()
    assert queries.of_token(queries.token_of(invitation)) == invitation
    assert queries.of_token("inconnu") is None
    assert queries.of_token(invitation.token_digest) is None


def test_an_invitation_is_pending_until_its_end(now: datetime) -> None:
    invitation = InvitationFactory()
    InvitationFactory(expired=True)
    assert list(Invitation.objects.pending(now)) == [invitation]
    assert not Invitation.objects.pending(now + timedelta(hours=72)).exists()


@pytest.mark.parametrize("who", ["member", "agent"])
def test_what_belongs_to_an_entity_is_seen_by_its_members_and_by_agents(who: str) -> None:
    service = DigitalServiceFactory()
    invitation = InvitationFactory(legal_entity=service.owner)
    person = member(service.owner, MembershipRole.READER) if who == "member" else AgentFactory()
    MembershipFactory(user=person, legal_entity=service.owner, role=MembershipRole.DELEGATE)
    assert list(LegalEntity.objects.visible_to(person)) == [service.owner]
    assert list(DigitalService.objects.visible_to(person)) == [service]
    assert list(Invitation.objects.visible_to(person)) == [invitation]


@pytest.mark.parametrize("who", ["stranger", "other member", "former member"])
def test_what_belongs_to_an_entity_is_seen_by_nobody_else(who: str) -> None:
    service = DigitalServiceFactory()
    InvitationFactory(legal_entity=service.owner)
    people = {
        "stranger": PersonFactory,
        "other member": lambda: MembershipFactory().user,
        "former member": lambda: MembershipFactory(legal_entity=service.owner, ended=True).user,
    }
    person = people[who]()
    assert not LegalEntity.objects.visible_to(person).filter(pk=service.owner_id).exists()
    assert not DigitalService.objects.visible_to(person).exists()
    assert not Invitation.objects.visible_to(person).exists()
