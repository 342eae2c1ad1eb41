"""A role given by two administrators: what waits, who may confirm it, when the only one may do without (AZ-06)."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts import operations, queries
from portal.accounts.models import RoleProposal, StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.audit import queries as audit
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from tests.factories.accounts import AgentFactory, PersonFactory, entered, tied

pytestmark = pytest.mark.django_db
CHAIR = StaffRole.CHAIR


@pytest.fixture
def first() -> User:
    return AgentFactory(roles=[StaffRole.ADMINISTRATOR])


@pytest.fixture
def second() -> User:
    return AgentFactory(roles=[StaffRole.ADMINISTRATOR])


def roles(person: User) -> frozenset[str]:
    return User.objects.get(pk=person.pk).staff_roles


def said(action: str) -> str:
    return str(next(iter(audit.sentences(AuditEvent.objects.filter(action=action).select_related("detail")))).sentence)


def test_a_proposed_role_gives_nothing_until_another_administrator_confirms_it(
    first: User, second: User, now: datetime
) -> None:
    person = PersonFactory()
    proposal = operations.propose_role(person, CHAIR, by=first, at=now)
    assert roles(person) == frozenset()
    assert not User.objects.holding(CHAIR).exists()
    with pytest.raises(NotPermitted, match="un autre administrateur doit le confirmer"):
        operations.confirm_role(proposal, by=first, at=now)
    assert roles(person) == frozenset()
    operations.confirm_role(proposal, by=second, at=now)
    assert roles(person) == {CHAIR}
    held = StaffAssignment.objects.get(user=person)
    assert (held.since, proposal.decided_by) == (now, second)
    sentence = said("roles.confirm")
    assert all(word in sentence for word in (str(second), str(first), person.full_name, CHAIR.label))


def test_who_receives_a_role_does_not_confirm_it(first: User, second: User, now: datetime) -> None:
    proposal = operations.propose_role(second, CHAIR, by=first, at=now)
    with pytest.raises(NotPermitted, match="vos propres rôles"):
        operations.confirm_role(proposal, by=second, at=now)
    assert roles(second) == {StaffRole.ADMINISTRATOR}


def test_a_proposed_role_is_set_aside_by_either_and_may_be_proposed_again(
    first: User, second: User, now: datetime
) -> None:
    person = PersonFactory()
    for by in (first, second):
        proposal = operations.propose_role(person, CHAIR, by=first, at=now)
        with pytest.raises(Refused, match="déjà proposé pour"):
            operations.propose_role(person, CHAIR, by=second, at=now)
        operations.reject_role(proposal, by=by, at=now)
        with pytest.raises(MoveNotAllowed):
            operations.confirm_role(proposal, by=second, at=now)
    assert roles(person) == frozenset()


def test_a_role_given_meanwhile_or_an_account_closed_meanwhile_is_told(
    first: User, second: User, now: datetime
) -> None:
    person, gone = PersonFactory(), PersonFactory()
    held, late = (operations.propose_role(one, CHAIR, by=first, at=now) for one in (person, gone))
    operations.assign_role(person, CHAIR, at=now)
    operations.close_account(gone, by=second, at=now)
    with pytest.raises(Refused, match="déjà ce rôle"):
        operations.confirm_role(held, by=second, at=now)
    with pytest.raises(MoveNotAllowed):
        operations.confirm_role(late, by=second, at=now)
    assert RoleProposal.objects.waiting().count() == 2


def test_the_only_administrator_gives_a_role_with_a_reason_that_the_journal_keeps(first: User, now: datetime) -> None:
    person = PersonFactory()
    with pytest.raises(Refused, match="pourquoi"):
        operations.give_role_alone(person, CHAIR, reason="  ", by=first, at=now)
    made = operations.give_role_alone(person, CHAIR, reason="Installation.", by=first, at=now)
    assert (roles(person), made.state, made.decided_by) == ({CHAIR}, "confirmed", first)
    assert "Installation." in said("roles.give_alone")
    with pytest.raises(NotPermitted, match="vos propres rôles"):
        operations.give_role_alone(first, CHAIR, reason="Installation.", by=first, at=now)


def test_nobody_gives_alone_while_another_is_there_nor_soon_after_he_put_him_out(first: User, second: User) -> None:
    person, now = PersonFactory(), timezone.now()
    assert not queries.is_alone(first)
    with pytest.raises(NotPermitted, match="Un autre administrateur"):
        operations.give_role_alone(person, CHAIR, reason="Seul.", by=first)
    operations.withdraw_role(queries.held_by(second).get(), by=first)
    with pytest.raises(NotPermitted, match="Un autre administrateur"):
        operations.give_role_alone(person, CHAIR, reason="Seul.", by=first)
    assert queries.is_alone(first, at=now + timedelta(days=9))


def test_a_closed_administrator_counts_for_two_more_working_days(first: User, second: User) -> None:
    now = datetime(2026, 11, 20, 10, tzinfo=UTC)  # a Friday
    operations.close_account(second, by=first, at=now)
    assert not queries.is_alone(first, at=now + timedelta(days=4))
    assert queries.is_alone(first, at=now + timedelta(days=5))


@pytest.mark.parametrize("column", ["proposed_by", "user"])
def test_the_database_refuses_one_pair_of_eyes(first: User, now: datetime, column: str) -> None:
    person = PersonFactory()
    proposal = operations.propose_role(person, CHAIR, by=first, at=now)
    by = getattr(proposal, column)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleProposal.objects.filter(pk=proposal.pk).update(state="confirmed", decided_by=by, decided_at=now)


def test_the_other_administrators_are_told_and_nobody_else(first: User, second: User, now: datetime) -> None:
    AgentFactory(roles=[StaffRole.AUDITOR])
    third = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    operations.propose_role(third, CHAIR, by=first, at=timezone.now())
    deliver_due(timezone.now(), limit=50)
    assert list(OutgoingEmail.objects.values_list("to", flat=True)) == [[second.email]]


@pytest.mark.parametrize(("role", "count"), [(StaffRole.ADMINISTRATOR, 1), (StaffRole.AUDITOR, 0)])
def test_who_may_not_open_its_page_is_not_told_of_a_proposal(
    first: User, now: datetime, role: StaffRole, count: int
) -> None:
    operations.propose_role(PersonFactory(), CHAIR, by=first, at=now)
    assert RoleProposal.objects.visible_to(AgentFactory(roles=[role])).count() == count


def test_the_page_says_who_waits_for_whom_and_offers_the_act_to_who_may(
    first: User, second: User, now: datetime
) -> None:
    person = PersonFactory(first_name="Nora", last_name="Attend")
    proposal = operations.propose_role(person, CHAIR, by=first, at=now)
    path = f"/comptes/roles/{proposal}/"
    mine, other = (entered(one).get(path).content.decode() for one in (first, second))
    assert "un autre administrateur doit le confirmer" in mine
    assert f"{path}confirmer/" not in mine
    assert f"{path}confirmer/" in other
    for page in ("/comptes/", f"/comptes/{person.handle}/"):
        assert proposal.reference in entered(second).get(page).content.decode()
    assert entered(first).get(f"{path}confirmer/").status_code == 403
    assert entered(PersonFactory()).get(path).status_code == 404


def test_two_accounts_of_one_person_are_one_pair_of_eyes(first: User, second: User, now: datetime) -> None:
    person = PersonFactory()
    proposal = operations.propose_role(person, CHAIR, by=first, at=now)
    third = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    tied(first, second)
    again = User.objects.get(pk=second.pk)
    with pytest.raises(NotPermitted, match="un autre administrateur doit le confirmer"):
        operations.confirm_role(proposal, by=again, at=now)
    assert not RoleProposal.objects.open_to(again).exists()
    with pytest.raises(Refused, match="déjà connus"):
        operations.propose_tie(User.objects.get(pk=first.pk), again, by=third, at=now)
    with pytest.raises(Refused, match="un autre compte"):
        operations.propose_tie(again, again, by=third, at=now)


def test_ties_gather_and_an_identity_unlinked_is_still_known(now: datetime) -> None:
    one, two, three, four = (PersonFactory(with_password=True) for _ in range(4))
    tied(one, two)
    operations.link_identity(three, provider="ProConnect", subject="sub-1", at=now)
    operations.unlink_identity(three, provider="ProConnect", by=three, at=now)
    operations.link_identity(four, provider="ProConnect", subject="sub-1", at=now)
    known = [User.objects.get(pk=each.pk) for each in (one, two, three, four)]
    assert [each.own_accounts for each in known[:2]] == [{one.pk, two.pk}] * 2
    assert [each.own_accounts for each in known[2:]] == [{three.pk, four.pk}] * 2
    makers = [AgentFactory(roles=[StaffRole.ADMINISTRATOR]) for _ in range(2)]
    operations.propose_tie(known[1], known[3], by=makers[0], at=now)
    operations.confirm_tie(known[1], by=makers[1], at=now)
    assert User.objects.get(pk=one.pk).own_accounts == {one.pk, two.pk, three.pk, four.pk}


def test_the_page_ties_two_accounts(first: User, second: User) -> None:
    person, other = PersonFactory(), PersonFactory()
    path, client = f"/comptes/{person.handle}/meme-personne/", entered(first)
    refused = client.post(path, {"cle_envoi": str(uuid.uuid4()), "email": "personne@ailleurs.exemple"})
    assert "Aucun compte n’a cette adresse" in refused.content.decode()
    assert client.post(path, {"cle_envoi": str(uuid.uuid4()), "email": other.email.upper()}).status_code == 302
    assert client.get(f"{path}confirmer/").status_code == 404
    assert not User.objects.get(pk=person.pk).is_person_of(other.pk)
    assert entered(second).post(f"{path}confirmer/", {"cle_envoi": str(uuid.uuid4())}).status_code == 302
    assert User.objects.get(pk=person.pk).is_person_of(other.pk)
    assert other.email in client.get(f"/comptes/{person.handle}/").content.decode()


@pytest.mark.parametrize("of_actor", [0, 1])
def test_nobody_ties_an_account_of_his_own_to_decide_alone(
    first: User, second: User, now: datetime, of_actor: int
) -> None:
    pair = (first, second) if of_actor == 0 else (second, first)
    with pytest.raises(NotPermitted):
        operations.propose_tie(*pair, by=first, at=now)
    assert not queries.is_alone(User.objects.get(pk=first.pk))
    third = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    operations.propose_tie(*pair, by=third, at=now)
    for by in (first, second, third):
        with pytest.raises(NotPermitted):
            operations.confirm_tie(pair[0], by=by, at=now)
    operations.drop_tie(pair[0], by=first, at=now)
    assert not User.objects.get(pk=first.pk).is_person_of(second.pk)


def test_nobody_reopens_his_own_and_no_role_comes_back_with_an_account(
    first: User, second: User, now: datetime
) -> None:
    other = AgentFactory(roles=[CHAIR])
    tied(first, other)
    operations.close_account(other, by=second, at=now)
    with pytest.raises(NotPermitted, match="vos propres rôles"):
        operations.reopen_account(other, by=User.objects.get(pk=first.pk), at=now)
    operations.reopen_account(other, by=second, at=now)
    assert roles(other) == frozenset()


@pytest.mark.parametrize("act", ["withdraw", "close", "alone"])
def test_whom_an_administrator_puts_out_and_all_others_learn_it(first: User, now: datetime, act: str) -> None:
    person = PersonFactory()
    if act == "alone":
        operations.give_role_alone(person, CHAIR, reason="Seul.", by=first, at=now)
    else:
        operations.assign_role(person, StaffRole.ADMINISTRATOR, at=now)
        if act == "close":
            operations.close_account(person, by=first, at=now)
        else:
            operations.withdraw_role(queries.held_by(person).get(), by=first, at=now)
    deliver_due(timezone.now(), limit=50)
    assert [person.email, first.email] in list(OutgoingEmail.objects.values_list("to", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_roles_to_confirm_asks_one_query(
    first: User, now: datetime, count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        operations.propose_role(PersonFactory(), CHAIR, by=first, at=now)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len([(one.user.full_name, one.proposed_by.full_name) for one in queries.proposals_waiting()]) == count
