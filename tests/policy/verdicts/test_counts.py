"""Counting verdicts: in memory, then written together; by day, effect and reason, and nothing of who asked."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from policy.verdicts import middleware, moment, operations, queries, tally
from policy.verdicts.models import VerdictCount
from policy.verdicts.tally import Key, Tally
from portal.accounts.roles import StaffRole
from portal.web.wording import PARIS
from tests.factories.grants import agent
from tests.factories.parties import LegalEntityFactory, member, proved

AT = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # the next day in Paris
KEY = Key("2026-03-04", "production", "deny", "unknown_caller")


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Tally:
    fresh = Tally()
    for module in (operations, tally):
        monkeypatch.setattr(module, "VERDICTS", fresh)
    return fresh


def note(counting: Tally, times: int = 1) -> None:
    for _ in range(times):
        counting.note(moment.of(AT.timestamp()).day, "production", "deny", "unknown_caller")


def test_a_tally_counts_by_the_day_of_paris_and_hands_over_once(counting: Tally) -> None:
    note(counting, 3)
    assert counting.take(10.0) == {KEY: 3}
    assert counting.take(11.0) == {}


def test_a_tally_is_due_every_few_seconds_when_something_waits(counting: Tally) -> None:
    assert not counting.due(100.0)
    note(counting)
    assert counting.due(100.0)
    counting.take(100.0)
    note(counting)
    assert not counting.due(104.0)
    assert counting.due(105.0)


@pytest.mark.parametrize(
    "at",
    [
        AT,
        datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),  # the last microsecond before summer time
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 0, 0, 500_000, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 0, 0, 1, tzinfo=UTC),
    ],
)
def test_a_moment_says_what_a_time_zone_says(at: datetime) -> None:
    said, local = moment.of(at.timestamp()), at.astimezone(PARIS)
    assert (said.text, said.day) == (local.isoformat(), local.date().isoformat())
    assert moment.of(1_774_746_000.999_999_9).text.endswith(":01+02:00")


@pytest.mark.django_db
def test_counts_add_up_over_writings(counting: Tally) -> None:
    for clock in (10.0, 20.0):
        note(counting, 2)
        assert operations.write_counts(clock=clock)
    assert not operations.write_counts(clock=30.0)
    (row,) = VerdictCount.objects.all()
    assert (row.day, row.environment, row.effect, row.reason, row.count) == (
        date(2026, 3, 4), "production", "deny", "unknown_caller", 4)  # fmt: skip
    assert {field.name for field in VerdictCount._meta.fields} == {
        "id", "day", "environment", "effect", "reason", "count"}  # fmt: skip


@pytest.mark.django_db
def test_counts_that_cannot_be_written_wait(counting: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(counts: Any) -> None:
        raise DatabaseError

    note(counting, 2)
    with monkeypatch.context() as patched:
        patched.setattr(operations, "add", refuse)
        assert not operations.write_counts(clock=10.0)
    assert operations.write_counts(clock=20.0)
    assert VerdictCount.objects.get().count == 2


@pytest.mark.django_db
def test_the_middleware_writes_after_a_verdict_and_after_nothing_else(counting: Tally) -> None:
    served = middleware.CountVerdicts(lambda request: HttpResponse())
    note(counting)
    served(RequestFactory().get("/bureau/"))
    assert not VerdictCount.objects.exists()
    served(RequestFactory().post("/api/v1/verdicts"))
    assert VerdictCount.objects.get().count == 1


@pytest.mark.django_db
def test_counts_are_shown_to_agents_by_day_and_by_reason() -> None:
    today = timezone.localdate()
    for effect, reason, count in (("permit", "rule_permits", 7), ("deny", "unknown_caller", 2), ("deny", "", 1)):
        VerdictCount.objects.create(day=today, environment="production", effect=effect, reason=reason, count=count)
    (day,) = queries.counts_by_day(today)
    assert (day.permitted, day.conditional, day.denied, day.total) == (7, 0, 3, 10)
    assert queries.counts_by_reason(today) == [
        ("Permis", "Une règle l’ouvre", 7),
        ("Refusé", "Appelant hors de la liste", 2),
        ("Refusé", "Sans explication demandée", 1),
    ]
    page = proved(agent(StaffRole.REVIEWER)).get("/simulateur/verdicts/").content.decode()
    assert "Appelant hors de la liste" in page
    assert proved(member(LegalEntityFactory())).get("/simulateur/verdicts/").status_code == 404
