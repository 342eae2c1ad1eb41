"""A statement written once answers as the queryset it was made from, at every reading."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import BooleanField, CharField, Count, DateTimeField, F, QuerySet

from portal.accounts.models import StaffAssignment, User
from portal.statements.queries import Given, Written, statement
from portal.web.access import no_write
from tests.factories.accounts import AgentFactory, PersonFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@statement
def held(down: bool) -> "QuerySet[StaffAssignment]":
    found = StaffAssignment.objects.filter(user__in=Given("people", many=True), until=None)
    return found.select_related("user").order_by("-user__email" if down else "user__email")


@statement
def since() -> "QuerySet[StaffAssignment, tuple[str, datetime]]":
    given = Given("at", DateTimeField())
    return StaffAssignment.objects.filter(since__gte=given).order_by("since").values_list("role", "since")


@statement
def addresses() -> "QuerySet[User, str]":
    named = User.objects.filter(
        email__in=Given("emails", CharField(), many=True), is_active=Given("open", BooleanField())
    )
    return named.order_by("email").values_list("email", flat=True)


def test_rows_are_those_of_the_queryset() -> None:
    ana, bea = AgentFactory(), AgentFactory(roles=["secretary"])
    asked = StaffAssignment.objects.filter(user__in=[ana, bea]).order_by("user__email")
    rows = held(False).rows(people=[ana.pk, bea.pk])
    assert rows == list(asked)
    assert [row.user for row in rows] == [row.user for row in asked]
    assert held(True).rows(people=[ana.pk, bea.pk]) == list(asked.order_by("-user__email"))
    assert held(False).rows(people=[]) == []


def test_what_is_related_is_read_along(django_assert_num_queries: Any) -> None:
    people = [AgentFactory().pk, AgentFactory(roles=["secretary"]).pk]
    with django_assert_num_queries(1):
        assert all(row.user.email for row in held(False).rows(people=people))


def test_each_reading_brings_its_values_and_sees_what_changed() -> None:
    ana = AgentFactory()
    assert held(False).rows(people=[ana.pk])
    assert held(False).rows(people=[ana.pk + 1000]) == []
    StaffAssignment.objects.filter(user=ana).update(until=NOON)
    assert held(False).rows(people=[ana.pk]) == []
    assert held(False).first(people=[ana.pk]) is None


def test_values_keep_their_types() -> None:
    ana = AgentFactory()
    StaffAssignment.objects.filter(user=ana).update(since=NOON)
    assert since().rows(at=NOON) == [("reviewer", NOON)]
    assert since().rows(at=NOON + timedelta(microseconds=1)) == []
    assert addresses().rows(emails=[ana.email, "absente'%s@example.invalid"], open=True) == [ana.email]
    assert addresses().rows(emails=[ana.email], open=False) == []


def test_mappings_and_counts() -> None:
    ana = AgentFactory()
    roles = StaffAssignment.objects.filter(user=Given("who")).order_by().values("role")
    written = Written(roles.annotate(number=Count("pk"), address=F("user__email")))
    assert written.rows(who=ana.pk) == [{"role": "reviewer", "number": 1, "address": ana.email}]


def test_a_shape_is_written_once_and_shapes_are_apart() -> None:
    assert held(False) is held(False)
    assert held(False) is not held(True)
    assert held.once(False) is not held.once(False)


def test_what_can_have_no_row_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Written(User.objects.none()).rows() == []


def test_a_page_that_reads_still_refuses_writes() -> None:
    ana = PersonFactory()
    with no_write():
        assert addresses().rows(emails=[ana.email], open=True) == [ana.email]
        with pytest.raises(PermissionDenied), connection.cursor() as cursor:
            cursor.execute("DELETE FROM portal_user")
