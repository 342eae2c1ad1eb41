"""Opening accounts, giving roles, closing: who may, what is refused, what the journal keeps."""

from datetime import datetime

import pytest
from allauth.account.models import EmailAddress

from portal.accounts import operations, queries
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.models import OutboxMessage
from tests.factories.accounts import PHRASE, AgentFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return AgentFactory(roles=[StaffRole.ADMINISTRATOR])


def test_an_administrator_opens_an_account_whose_owner_chooses_the_password(administrator: User, now: datetime) -> None:
    user = operations.create_user("Nora@Exemple.fr", first_name="Nora", last_name="Agent", by=administrator, at=now)
    assert not user.has_usable_password()
    assert user.date_joined == now
    assert EmailAddress.objects.get(user=user).verified
    assert OutboxMessage.objects.get(effect="portal.accounts.welcome").arguments == {"user_id": user.pk}
    assert AuditEvent.objects.filter(action="accounts.open").count() == 1


@pytest.mark.parametrize("role", sorted(set(StaffRole) - {StaffRole.ADMINISTRATOR}))
def test_nobody_else_opens_accounts(role: StaffRole) -> None:
    agent = AgentFactory(roles=[])
    StaffAssignment.objects.filter(user=agent).delete()
    region = "11" if "regional" in role else ""
    StaffAssignment.objects.create(user=agent, role=role, region=region, since=agent.date_joined)
    with pytest.raises(NotPermitted):
        operations.create_user("x@exemple.fr", first_name="", last_name="", by=agent)


def test_an_address_has_one_account_whatever_its_case(administrator: User) -> None:
    PersonFactory(email="nora@exemple.fr")
    with pytest.raises(Refused, match="déjà un compte"):
        operations.create_user("NORA@exemple.fr", first_name="", last_name="", by=administrator)


def test_a_role_is_held_once_and_seen_at_once(administrator: User, now: datetime) -> None:
    person = PersonFactory()
    assert not person.is_agent
    operations.assign_role(person, StaffRole.SECRETARY, at=now)
    assert person.staff_roles == {StaffRole.SECRETARY}
    with pytest.raises(Refused, match="déjà ce rôle"):
        operations.assign_role(person, StaffRole.SECRETARY, at=now)
    with pytest.raises(Refused, match="déjà ce rôle"):
        operations.propose_role(person, StaffRole.SECRETARY, by=administrator, at=now)


@pytest.mark.parametrize(("role", "region"), [(StaffRole.REGIONAL_READER, ""), (StaffRole.AUDITOR, "11")])
def test_a_region_goes_with_regional_roles_only(administrator: User, role: StaffRole, region: str) -> None:
    with pytest.raises(Refused, match="désigne une région"):
        operations.propose_role(PersonFactory(), role, region=region, by=administrator)


def test_nobody_changes_his_own_roles(administrator: User) -> None:
    with pytest.raises(NotPermitted, match="vos propres rôles"):
        operations.propose_role(administrator, StaffRole.CHAIR, by=administrator)
    with pytest.raises(NotPermitted, match="vos propres rôles"):
        operations.withdraw_role(queries.held_by(administrator).get(), by=administrator)


def test_a_withdrawn_role_ends_and_cannot_end_twice(administrator: User, now: datetime) -> None:
    agent = AgentFactory(roles=[StaffRole.REVIEWER])
    assignment = queries.held_by(agent).get()
    operations.withdraw_role(assignment, by=administrator, at=now)
    assert StaffAssignment.objects.get(pk=assignment.pk).until == now
    assert User.objects.get(pk=agent.pk).staff_roles == frozenset()
    with pytest.raises(Refused, match="déjà été retiré"):
        operations.withdraw_role(assignment, by=administrator, at=now)


def test_a_closed_account_holds_no_role_even_once_reopened(administrator: User) -> None:
    agent = AgentFactory(roles=[StaffRole.REVIEWER])
    operations.close_account(agent, by=administrator)
    assert User.objects.get(pk=agent.pk).staff_roles == frozenset()
    with pytest.raises(MoveNotAllowed):
        operations.assign_role(agent, StaffRole.CHAIR)
    with pytest.raises(Refused, match="fermé"):
        operations.propose_role(User.objects.get(pk=agent.pk), StaffRole.CHAIR, by=administrator)
    operations.reopen_account(agent, by=administrator)
    assert User.objects.get(pk=agent.pk).staff_roles == frozenset()


def first(code: str, email: str = "premier@exemple.fr") -> User:
    return operations.create_first_administrator(code, email=email, first_name="A", last_name="B", password=PHRASE)


def test_the_code_of_the_installation_makes_one_administrator_only() -> None:
    code = operations.first_administrator_code()
    user = first(code.lower())
    assert user.staff_roles == {StaffRole.ADMINISTRATOR}
    assert user.check_password(PHRASE)
    with pytest.raises(NotPermitted, match="déjà un administrateur"):
        first(code, "autre@exemple.fr")


def test_a_wrong_code_makes_nobody() -> None:
    with pytest.raises(Refused, match="code"):
        first("AAAA-BBBB-CCCC-DDDD")
    assert not User.objects.exists()


def test_a_past_administrator_is_enough_to_close_the_installation(administrator: User, now: datetime) -> None:
    StaffAssignment.objects.filter(user=administrator).update(until=now)
    assert not queries.first_administrator_missing()


def test_accounts_are_found_by_parts_of_name_and_address() -> None:
    PersonFactory(first_name="Nora", last_name="Petit", email="np@exemple.fr")
    AgentFactory(first_name="Nora", last_name="Grand", email="ng@exemple.fr")
    assert [one.last_name for one in queries.accounts(search="nora")] == ["Grand", "Petit"]
    assert [one.last_name for one in queries.accounts(search="nora", staff_only=True)] == ["Grand"]
    assert not queries.accounts(search="nora inconnue")
