"""Settings over time: dated values, history, two persons for sensitive ones."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.parameters import operations as parameters
from portal.parameters import queries
from portal.parameters.catalogue import SETTINGS
from portal.parameters.lifecycle import State
from portal.parameters.models import Parameter
from tests.factories.establishments import agent

pytestmark = pytest.mark.django_db
DELAY, SENSITIVE = "tests.answer_days", "delegates.may_sign"
LATER = timedelta(days=10)


@pytest.fixture
def first() -> User:
    return agent(StaffRole.ADMINISTRATOR)


@pytest.fixture
def second() -> User:
    return agent(StaffRole.ADMINISTRATOR)


def test_value_is_the_default_until_somebody_sets_it(now: datetime) -> None:
    assert queries.value(DELAY, at=now) == 5
    assert queries.in_force(DELAY, at=now).version == "défaut"
    with pytest.raises(KeyError):
        queries.value("inconnu", at=now)


def test_set_value_applies_at_once_and_leaves_the_past_alone(first: User, now: datetime) -> None:
    made = parameters.set_value(DELAY, 7, by=first, reason="Décision du 2 mars", at=now)
    assert (made.state, made.decided_by, made.reference) == (State.APPROVED, first, "RG-2026-0001")
    assert queries.integer(DELAY, at=now) == 7
    assert queries.integer(DELAY, at=now - timedelta(seconds=1)) == 5
    assert queries.in_force(DELAY, at=now).version == "RG-2026-0001"
    assert AuditEvent.objects.get().action == "parameters.set"


def test_set_value_may_wait_for_a_date(first: User, now: datetime) -> None:
    parameters.set_value(DELAY, 7, by=first, reason="x", at=now, effective_at=now + LATER)
    assert queries.value(DELAY, at=now) == 5
    assert queries.value(DELAY, at=now + LATER) == 7


def test_the_latest_date_wins_whatever_the_order_of_entry(first: User, now: datetime) -> None:
    parameters.set_value(DELAY, 9, by=first, reason="x", at=now, effective_at=now + LATER)
    parameters.set_value(DELAY, 8, by=first, reason="x", at=now)
    assert queries.value(DELAY, at=now) == 8
    assert queries.value(DELAY, at=now + LATER) == 9


def test_set_value_refuses_the_past_and_bad_values(first: User, now: datetime) -> None:
    with pytest.raises(Refused, match="dans le passé") as refused:
        parameters.set_value(DELAY, 7, by=first, reason="x", at=now, effective_at=now - LATER)
    assert refused.value.field == "effective_date"
    with pytest.raises(Refused, match="entre 1 et 60"):
        parameters.set_value(DELAY, 0, by=first, reason="x", at=now)
    assert not Parameter.objects.exists()


def test_a_sensitive_value_waits_for_another_person(first: User, second: User, now: datetime) -> None:
    made = parameters.set_value(SENSITIVE, True, by=first, reason="x", at=now)
    assert made.state == State.PROPOSED
    assert queries.is_on(SENSITIVE, at=now) is False
    with pytest.raises(NotPermitted, match="une autre personne"):
        parameters.approve(made, by=first, at=now)
    parameters.approve(made, by=second, at=now + LATER)
    assert (made.decided_by, made.effective_at) == (second, now + LATER)
    assert queries.is_on(SENSITIVE, at=now + LATER) is True
    assert queries.is_on(SENSITIVE, at=now) is False


def test_a_proposal_may_be_set_aside_by_its_author_and_decided_once(first: User, second: User, now: datetime) -> None:
    made = parameters.set_value(SENSITIVE, True, by=first, reason="x", at=now)
    parameters.reject(made, by=first, at=now)
    with pytest.raises(MoveNotAllowed):
        parameters.approve(made, by=second, at=now)
    assert queries.is_on(SENSITIVE, at=now) is False


def test_one_proposal_at_a_time(first: User, now: datetime) -> None:
    parameters.set_value(SENSITIVE, True, by=first, reason="x", at=now)
    with pytest.raises(Refused, match="attend déjà"):
        parameters.set_value(SENSITIVE, True, by=first, reason="y", at=now)


def test_the_database_refuses_one_person_twice(first: User, now: datetime) -> None:
    made = parameters.set_value(SENSITIVE, True, by=first, reason="x", at=now)
    with pytest.raises(IntegrityError):
        Parameter.objects.filter(pk=made.pk).update(state=State.APPROVED, decided_by=first)


def test_only_administrators_set_values(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        parameters.set_value(DELAY, 7, by=agent(StaffRole.REVIEWER), reason="x", at=now)


def test_typed_readings_refuse_another_type(now: datetime) -> None:
    with pytest.raises(TypeError):
        queries.integer(SENSITIVE, at=now)
    with pytest.raises(TypeError):
        queries.is_on(DELAY, at=now)


@pytest.mark.parametrize("count", [1, 3])
def test_all_in_force_costs_one_query(
    first: User, now: datetime, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for value in range(count):
        parameters.set_value(DELAY, value + 6, by=first, reason="x", at=now + timedelta(minutes=value))
    with django_assert_num_queries(1):
        found = {one.setting.key: one for one in queries.all_in_force(at=now + LATER)}
    assert set(found) == set(SETTINGS)
    assert found[DELAY].value == 5 + count
    assert len(queries.history(DELAY)) == count
