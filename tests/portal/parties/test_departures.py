"""Somebody leaves: roles, sessions, invitations end at once; a colleague takes over; contacts stay reachable."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from portal.audit.queries import about, sentences
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.mail.models import BouncedAddress
from portal.outbox.models import OutboxMessage
from portal.outbox.operations import deliver_due
from portal.parties import operations as parties
from portal.parties import queries
from portal.parties.lifecycle import InvitationState
from portal.parties.models import Membership
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.parties import InvitationFactory, LegalEntityFactory, MembershipFactory, member, proved

pytestmark = pytest.mark.django_db
R = MembershipRole


def test_a_colleague_takes_the_roles_he_lacks_and_the_leaver_keeps_none(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss, leaver, heir = member(entity), member(entity, R.TECHNICAL_CONTACT), member(entity, R.CONTRIBUTOR)
    for role in (R.CONTRIBUTOR, R.DELEGATE):
        MembershipFactory(legal_entity=entity, user=leaver, role=role)
    parties.hand_over(entity, leaver, successor=heir, by=boss, at=now)
    assert queries.roles_in(leaver, entity.pk) == frozenset()
    assert queries.roles_in(heir, entity.pk) == {R.CONTRIBUTOR, R.TECHNICAL_CONTACT, R.DELEGATE}
    assert f"{heir.full_name} lui succède (mandataire, référent technique)" in sentences(about(str(entity)))[0].sentence


def test_a_leaving_representative_is_never_succeeded_by_the_way(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss, leaver, heir = member(entity), member(entity), member(entity, R.READER)
    sent = InvitationFactory(legal_entity=entity, invited_by=leaver)
    parties.hand_over(entity, leaver, successor=heir, by=boss, at=now)
    assert queries.roles_in(heir, entity.pk) == {R.READER}
    sent.refresh_from_db()
    assert sent.state == InvitationState.WITHDRAWN


def test_who_leaves_does_not_come_back_by_an_invitation_received_before(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss, leaver = member(entity), member(entity, R.CONTRIBUTOR)
    received = parties.invite(entity, email=leaver.email.upper(), role=R.DELEGATE, by=boss, at=now)
    parties.hand_over(entity, leaver, successor=None, by=boss, at=now)
    with pytest.raises(MoveNotAllowed):
        parties.accept_invitation(received, by=leaver, at=now)


def test_the_only_representative_cannot_leave(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss, other = member(entity), member(entity, R.DELEGATE)
    with pytest.raises(Refused, match="au moins un représentant légal"):
        parties.hand_over(entity, boss, successor=other, by=boss, at=now)


def test_a_stranger_takes_nothing_over(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss, leaver = member(entity), member(entity, R.READER)
    with pytest.raises(Refused, match="fait partie"):
        parties.hand_over(entity, leaver, successor=PersonFactory(), by=boss, at=now)
    assert queries.roles_in(leaver, entity.pk) == {R.READER}


def test_an_ended_role_closes_the_open_session(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss, leaver = member(entity), member(entity, R.CONTRIBUTOR)
    open_page = entered(leaver)
    assert open_page.get(f"/personnes-morales/{entity.reference}/").status_code == 200
    parties.dismiss(entity, leaver, R.CONTRIBUTOR, by=boss, at=now)
    assert open_page.get("/tableau-de-bord/")["Location"].startswith("/connexion/")


def test_only_an_agent_retires_a_representative_and_one_always_stays(now: datetime) -> None:
    entity, agent = LegalEntityFactory(), AgentFactory()
    former, new = member(entity), member(entity)
    with pytest.raises(NotPermitted):
        parties.retire_representative(entity, former, by=new, at=now)
    parties.retire_representative(entity, former, by=agent, at=now)
    with pytest.raises(Refused, match="au moins un représentant légal"):
        parties.retire_representative(entity, new, by=agent, at=now)
    deliver_due(now)
    assert "portal.parties.announce_departure" in set(OutboxMessage.objects.values_list("effect", flat=True))


def test_a_departure_is_recorded_from_the_page() -> None:
    entity = LegalEntityFactory()
    boss, leaver, heir = member(entity), member(entity, R.DELEGATE), member(entity, R.READER)
    address = f"/personnes-morales/{entity.reference}/depart/"
    client = proved(boss)
    assert client.get(address).status_code == 200
    response = client.post(address, {"leaver": leaver.email, "successor": leaver.email})
    assert response.status_code == 422
    assert "Choisissez un collègue" in response.content.decode()
    assert client.post(address, {"leaver": leaver.email, "successor": heir.email}).status_code == 302
    assert set(Membership.objects.active().filter(user=heir).values_list("role", flat=True)) == {"reader", "delegate"}


def test_a_resent_invitation_has_another_link_and_a_new_life(now: datetime) -> None:
    invitation = InvitationFactory(expired=True)
    boss, former = member(invitation.legal_entity), queries.token_of(invitation)
    parties.resend_invitation(invitation, by=boss, at=now)
    assert queries.of_token(former) is None
    assert queries.of_token(queries.token_of(invitation)) == invitation
    assert invitation.is_usable(now + timedelta(hours=71))
    parties.withdraw_invitation(invitation, by=boss, at=now)
    with pytest.raises(MoveNotAllowed):
        parties.resend_invitation(invitation, by=boss, at=now)


def test_contacts_count_only_confirmed_addresses_that_take_mail(now: datetime) -> None:
    entity = LegalEntityFactory(mailbox="ror@lits.exemple.fr")
    boss, silent = member(entity), member(entity, R.READER)
    assert queries.reachable_contacts(entity) == 2
    BouncedAddress.objects.create(address=silent.email.lower(), since=now, reason="550 inconnu")
    assert queries.reachable_contacts(entity) == 1
    parties.confirm_mailbox(entity, "ROR@lits.exemple.fr", by=boss, at=now)
    assert queries.reachable_contacts(entity) == 2


def test_another_mailbox_waits_for_its_own_confirmation(now: datetime) -> None:
    entity = LegalEntityFactory(mailbox="ror@lits.exemple.fr", mailbox_verified_at=now)
    boss, reached = member(entity), {"address": "1 quai Neuf", "postcode": "33000", "city": "Bordeaux"}
    parties.amend_entity(entity, **reached, mailbox="autre@lits.exemple.fr", by=boss, at=now)
    assert entity.mailbox_verified_at is None
    with pytest.raises(Refused, match="a changé"):
        parties.confirm_mailbox(entity, "ror@lits.exemple.fr", by=boss, at=now)


def test_the_link_of_a_mailbox_confirms_it_for_members_only() -> None:
    entity = LegalEntityFactory(mailbox="ror@lits.exemple.fr")
    boss, address = member(entity), f"/personnes-morales/boite/{queries.mailbox_token(entity)}/"
    assert entered(PersonFactory()).get(address).status_code == 404
    assert entered(boss).get(address).status_code == 200
    assert entered(boss).post(address).status_code == 302
    entity.refresh_from_db()
    assert entity.mailbox_verified_at is not None
    assert entity.mailbox_verified_at <= timezone.now()
    assert entered(boss).get(address + "x/").status_code == 404
    assert entered(boss).get("/personnes-morales/boite/faux/").status_code == 404


def test_what_each_role_may_do_is_read_in_the_tables() -> None:
    text = entered(member(LegalEntityFactory(), R.READER)).get("/personnes-morales/roles/").content.decode()
    assert "Représentant légal" in text
    assert "Inviter" in text
    assert "Organiser un départ" in text
