"""Who left the vendor is replaced in the contacts of its live requests and services, and only there."""

from datetime import timedelta

import pytest

from onboarding.candidacies import jobs
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from portal.accounts.models import User
from portal.audit import queries as audit
from portal.parties import operations as parties
from portal.parties.models import LegalEntity
from portal.parties.roles import MembershipRole
from tests.factories.candidacies import CandidacyFactory
from tests.factories.parties import NOW, DigitalServiceFactory, member

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(minutes=1)


def naming(person: User, entity: LegalEntity, **more: object) -> Candidacy:
    """A request whose technical contact is this person."""
    service = DigitalServiceFactory(owner=entity)
    contact = {"technical_name": "Nom tapé", "technical_email": person.email.upper(), "technical_phone": "0102030405"}
    dated = {} if more.get("state", State.DRAFT) in (State.DRAFT, State.ABANDONED) else {"submitted_at": NOW}
    return CandidacyFactory(service=service, **(contact | dated | more))


@pytest.fixture
def entity() -> LegalEntity:
    return DigitalServiceFactory().owner


def leave(entity: LegalEntity, successor: bool) -> tuple[User, User, User]:
    boss, leaver = member(entity), member(entity, MembershipRole.TECHNICAL_CONTACT)
    colleague = member(entity, MembershipRole.CONTRIBUTOR)
    return boss, leaver, colleague if successor else boss


@pytest.mark.parametrize("succeeded", [True, False], ids=["successor", "representative"])
@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED, State.ADMITTED])
def test_a_live_request_names_the_successor_or_else_a_representative(
    entity: LegalEntity, state: State, succeeded: bool
) -> None:
    boss, leaver, heir = leave(entity, succeeded)
    candidacy = naming(leaver, entity, state=state)
    parties.hand_over(entity, leaver, successor=heir if succeeded else None, by=boss, at=NOW)
    assert [jobs.follow_departures(AFTER), jobs.follow_departures(AFTER)] == [1, 0]
    candidacy.refresh_from_db()
    assert (candidacy.technical_name, candidacy.technical_email) == (heir.full_name, heir.email)
    assert (candidacy.technical_phone, candidacy.state) == ("", state)
    [*_, told] = audit.sentences(audit.about(candidacy.reference))
    assert f"{leaver.full_name}, parti de l’organisme, par {heir.full_name} comme contact technique" in told.sentence


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.ABANDONED])
def test_a_request_that_met_its_end_stays_as_it_was(entity: LegalEntity, state: State) -> None:
    boss, leaver, heir = leave(entity, True)
    naming(leaver, entity, state=state)
    parties.hand_over(entity, leaver, successor=heir, by=boss, at=NOW)
    assert jobs.follow_departures(AFTER) == 0


def test_another_entity_may_still_name_the_same_person(entity: LegalEntity) -> None:
    boss, leaver, heir = leave(entity, True)
    naming(leaver, DigitalServiceFactory().owner)
    parties.hand_over(entity, leaver, successor=heir, by=boss, at=NOW)
    assert jobs.follow_departures(AFTER) == 0


def test_both_contacts_change_together_and_others_are_left_alone(entity: LegalEntity) -> None:
    boss, leaver, heir = leave(entity, True)
    both = naming(leaver, entity, privacy_email=leaver.email, privacy_name="Nom tapé")
    other = CandidacyFactory(service__owner=entity, technical_email="equipe@exemple.fr")
    parties.hand_over(entity, leaver, successor=heir, by=boss, at=NOW)
    jobs.follow_departures(AFTER)
    both.refresh_from_db()
    other.refresh_from_db()
    assert (both.technical_email, both.privacy_email) == (heir.email, heir.email)
    assert other.technical_email == "equipe@exemple.fr"


def test_who_keeps_a_role_or_came_back_stays_a_contact(entity: LegalEntity) -> None:
    boss, leaver, _ = leave(entity, True)
    naming(leaver, entity)
    parties.admit(entity, leaver, MembershipRole.READER, by=boss, at=NOW)
    parties.dismiss(entity, leaver, MembershipRole.READER, by=boss, at=NOW)
    assert jobs.follow_departures(AFTER) == 0
    parties.dismiss(entity, leaver, MembershipRole.TECHNICAL_CONTACT, by=boss, at=NOW)
    parties.admit(entity, leaver, MembershipRole.READER, by=boss, at=AFTER)
    assert jobs.follow_departures(AFTER) == 0
