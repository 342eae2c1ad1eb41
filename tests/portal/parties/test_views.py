"""Pages of legal entities and invitations: who is let in, what is said, one effect per form."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.parties import queries
from portal.parties.lifecycle import InvitationState
from portal.parties.models import Invitation, LegalEntity, Membership
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.parties import (
    DigitalServiceFactory,
    InvitationFactory,
    LegalEntityFactory,
    MembershipFactory,
    member,
    proved,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity() -> LegalEntity:
    return LegalEntityFactory(name="Lits <b>Connectés</b>")


@pytest.fixture
def boss(entity: LegalEntity) -> Client:
    return proved(member(entity))


def lasting(**more: Any) -> Invitation:
    """An invitation that is open now, at the time of the test's requests."""
    return InvitationFactory(expires_at=timezone.now() + timedelta(hours=1), **more)


def page(entity: LegalEntity, verb: str = "") -> str:
    return f"/personnes-morales/{entity.reference}/{verb}"


def test_a_member_sees_his_entity_with_its_people_and_services(entity: LegalEntity) -> None:
    service = DigitalServiceFactory(owner=entity)
    response = entered(member(entity, MembershipRole.READER)).get(page(entity))
    assert response.status_code == 200
    assert service.name in response.content.decode()
    assert "Lits &lt;b&gt;Connectés" in response.content.decode()
    assert "Inviter une personne" not in response.content.decode()


@pytest.mark.parametrize("verb", ["", "modifier/", "inviter/"])
def test_the_entity_of_somebody_else_does_not_exist(entity: LegalEntity, verb: str) -> None:
    assert proved(MembershipFactory().user).get(page(entity, verb)).status_code == 404


@pytest.mark.parametrize("verb", ["", "modifier/", "inviter/"])
def test_a_stranger_signs_in_first(entity: LegalEntity, verb: str) -> None:
    response = Client().get(page(entity, verb))
    assert response.status_code == 302
    assert "next=" in response["Location"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_three_people(
    entity: LegalEntity, count: int, django_assert_num_queries: Any
) -> None:
    client = entered(member(entity))
    for _ in range(count - 1):
        member(entity, MembershipRole.READER)
    for _ in range(count):
        lasting(legal_entity=entity, invited_by=PersonFactory())
        DigitalServiceFactory(owner=entity)
    client.get(page(entity))
    with django_assert_num_queries(PAGE_QUERIES):
        assert client.get(page(entity)).status_code == 200


# session, user, staff roles, memberships, entity, members, verified and refused addresses, invitations, services, trace
PAGE_QUERIES = 10


def test_inviting_sends_to_the_entity_and_says_so(entity: LegalEntity, boss: Client) -> None:
    data = {"email": "amel@exemple.fr", "role": "contributor"}
    response = boss.post(page(entity, "inviter/"), data, follow=True)
    assert "amel@exemple.fr ; elle vaut 72 heures" in response.content.decode()
    assert Invitation.objects.get().email == "amel@exemple.fr"


def test_the_same_form_sent_twice_invites_once(entity: LegalEntity, boss: Client) -> None:
    data = {"email": "amel@exemple.fr", "role": "contributor", "cle_envoi": str(uuid.uuid4())}
    first, second = boss.post(page(entity, "inviter/"), data), boss.post(page(entity, "inviter/"), data)
    assert first["Location"] == second["Location"] == page(entity)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Renseignez ce champ"),
        ({"email": "pas une adresse", "role": "contributor"}, "adresse"),
        ({"email": "a" * 250 + "@exemple.fr", "role": "contributor"}, "254"),
        ({"email": "a@exemple.fr", "role": "legal_representative"}, "Sélectionnez un choix valide"),
        ({"email": "a@exemple.fr", "role": "<script>"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_invitation_is_refused_with_a_sentence(
    entity: LegalEntity, boss: Client, data: dict[str, str], sentence: str
) -> None:
    response = boss.post(page(entity, "inviter/"), data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Invitation.objects.exists()


def test_a_contributor_who_forces_the_invitation_page_is_refused(entity: LegalEntity) -> None:
    client = proved(member(entity, MembershipRole.CONTRIBUTOR))
    response = client.post(page(entity, "inviter/"), {"email": "a@exemple.fr", "role": "reader"})
    assert response.status_code == 403
    assert not Invitation.objects.exists()


def test_inviting_long_after_the_proof_of_identity_asks_for_it_again(entity: LegalEntity) -> None:
    client = entered(member(entity, with_password=True))
    response = client.post(page(entity, "inviter/"), {"email": "a@exemple.fr", "role": "reader"})
    assert response.status_code == 302
    assert "/compte/confirmer/" in response["Location"]
    assert not Invitation.objects.exists()


def test_contact_data_are_changed_and_wrong_ones_refused(entity: LegalEntity, boss: Client) -> None:
    data = {"address": "1 quai Neuf", "postcode": " 33000 ", "city": "Bordeaux", "mailbox": ""}
    assert boss.post(page(entity, "modifier/"), data).status_code == 302
    entity.refresh_from_db()
    assert (entity.postcode, entity.city) == ("33000", "Bordeaux")
    wrong = boss.post(page(entity, "modifier/"), data | {"postcode": "3300"})
    assert wrong.status_code == 422
    assert "Un code postal compte cinq chiffres." in wrong.content.decode()


def test_ending_a_role_asks_first_and_ends_it_once_confirmed(entity: LegalEntity, boss: Client) -> None:
    helper = member(entity, MembershipRole.CONTRIBUTOR)
    data = {"email": helper.email, "role": "contributor"}
    asked = boss.post(page(entity, "roles/fin/"), data)
    assert asked.status_code == 200
    assert Membership.objects.filter(user=helper, until=None).exists()
    assert boss.post(page(entity, "roles/fin/"), data | {"confirme": "1"}).status_code == 302
    assert not Membership.objects.filter(user=helper, until=None).exists()


def test_a_representative_who_leaves_is_led_home(entity: LegalEntity) -> None:
    member(entity)
    person = member(entity)
    data = {"email": person.email, "role": "legal_representative", "confirme": "1"}
    assert proved(person).post(page(entity, "roles/fin/"), data)["Location"] == "/"


@pytest.mark.parametrize(
    "data", [{}, {"email": "personne@ailleurs.fr", "role": "contributor"}, {"email": "x", "role": "' OR 1=1"}]
)
def test_a_role_that_nobody_holds_does_not_exist(entity: LegalEntity, boss: Client, data: dict[str, str]) -> None:
    assert boss.post(page(entity, "roles/fin/"), data).status_code == 404


def test_the_last_representative_is_kept_with_a_sentence(entity: LegalEntity) -> None:
    person = member(entity)
    data = {"email": person.email, "role": "legal_representative", "confirme": "1"}
    response = proved(person).post(page(entity, "roles/fin/"), data)
    assert response.status_code == 422
    assert "au moins un représentant légal" in response.content.decode()


def test_following_the_link_a_hundred_times_accepts_nothing_and_the_button_does(now: datetime) -> None:
    invitation = lasting()
    person = PersonFactory(email=invitation.email)
    client, link = entered(person), f"/invitations/lien/{queries.token_of(invitation)}/"
    for _ in range(3):
        assert client.get(link).status_code == 200
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.OPEN
    assert client.post(link).status_code == 302
    assert client.post(link).status_code == 409
    assert Membership.objects.filter(user=person).count() == 1


def test_a_stranger_who_follows_the_link_signs_in_and_comes_back() -> None:
    link = f"/invitations/lien/{queries.token_of(lasting())}/"
    response = Client().get(link)
    assert response.status_code == 302
    assert "next=%2Finvitations%2Flien%2F" in response["Location"]


def test_the_link_of_another_address_says_so_and_refuses() -> None:
    client, link = entered(PersonFactory()), f"/invitations/lien/{queries.token_of(lasting())}/"
    assert "adressée à une autre personne" in client.get(link).content.decode()
    assert client.post(link).status_code == 403


def test_an_expired_link_says_so_and_refuses() -> None:
    invitation = InvitationFactory(expired=True)
    client = entered(PersonFactory(email=invitation.email))
    link = f"/invitations/lien/{queries.token_of(invitation)}/"
    assert "n’est plus valable" in client.get(link).content.decode()
    response = client.post(link)
    assert response.status_code == 422
    assert "a expiré" in response.content.decode()


@pytest.mark.parametrize("token", ["inconnu", "a" * 3000, "%00", "..%2F.."])
def test_an_unknown_link_does_not_exist(token: str) -> None:
    assert entered(PersonFactory()).get(f"/invitations/lien/{token}/").status_code == 404


def test_a_representative_withdraws_an_invitation(entity: LegalEntity, boss: Client) -> None:
    invitation = lasting(legal_entity=entity, invited_by=PersonFactory())
    address = f"/invitations/{invitation.reference}/annuler/"
    assert boss.get(address).status_code == 200
    assert boss.post(address).status_code == 302
    assert boss.post(address).status_code == 409


def test_the_invitation_of_another_entity_cannot_be_withdrawn(boss: Client) -> None:
    assert boss.post(f"/invitations/{lasting().reference}/annuler/").status_code == 404


def test_an_agent_sees_the_entity_and_changes_nothing(entity: LegalEntity) -> None:
    client = proved(AgentFactory())
    assert client.get(page(entity)).status_code == 200
    assert client.post(page(entity, "modifier/"), {}).status_code == 403
