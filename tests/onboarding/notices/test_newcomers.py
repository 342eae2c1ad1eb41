"""Organisations and services that come after a notice was published are told of it while it is current."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent

from onboarding.desk.queries.tasks import task_lists
from onboarding.notices import jobs, queries
from onboarding.notices.models import Notice, NoticeReading
from onboarding.notices.operations import notices
from policy.gateways.models import Acknowledgement
from policy.whitelist.models import Publication
from portal.accounts.roles import StaffRole
from portal.audit import queries as audit
from portal.outbox import operations as outbox
from tests.factories.accounts import AgentFactory
from tests.factories.grants import GrantFactory
from tests.factories.notices import published, window
from tests.factories.parties import NOW, DigitalServiceFactory, member
from tests.factories.tokens import made

pytestmark = pytest.mark.django_db
LATER = datetime(2100, 1, 1, tzinfo=UTC)
BEHIND = "Passerelles en retard d’une publication"
SOON = NOW + timedelta(days=2)


def delivered() -> list[Any]:
    while outbox.deliver_due(LATER):
        pass
    return sent.outbox


def told(notice: Notice) -> set[int]:
    return set(notice.readings.values_list("legal_entity_id", flat=True))


def test_a_newcomer_is_told_once_and_asked_to_confirm() -> None:
    notice = published(asks_reading=True, read_by_date=date(2026, 12, 1))
    newcomer = DigitalServiceFactory().owner
    boss = member(newcomer)
    assert boss.pk
    assert queries.to_read(boss) == []
    assert [jobs.tell_newcomers(SOON), jobs.tell_newcomers(SOON)] == [1, 0]
    assert [one.notice for one in queries.to_read(boss)] == [notice]
    assert "avant le mardi" in delivered()[-1].body
    assert audit.sentences(audit.about(notice.reference))[-1].sentence == (
        f"Le portail a informé de l’annonce {notice.reference} ceux qu’elle concerne depuis sa publication (1 organisme)"
    )


def test_a_right_that_comes_later_makes_a_notice_concern_its_holder() -> None:
    GrantFactory(direction="feeding")
    notice = published(audience="direction", direction="feeding")
    arrived = GrantFactory(direction="feeding").holder
    reader = GrantFactory(direction="consumption", feeding_profiles="", access_profile=1).holder
    assert jobs.tell_newcomers(SOON) == 1
    assert arrived.pk in told(notice)
    assert reader.pk not in told(notice)


CASES: list[tuple[dict[str, Any], datetime, bool]] = [
    ({}, NOW + timedelta(days=89), True),
    ({}, NOW + timedelta(days=91), False),
    ({"asks_reading": True}, NOW + timedelta(days=400), True),
    ({"asks_reading": True, "read_by_date": NOW.date() + timedelta(days=200)}, NOW + timedelta(days=200), True),
    ({"asks_reading": True, "read_by_date": NOW.date() + timedelta(days=200)}, NOW + timedelta(days=202), False),
    (window(), NOW + timedelta(hours=2), True),
    (window(), NOW + timedelta(hours=4), False),
    ({"kind": "incident", "touched": "production", "starts_at": NOW}, NOW + timedelta(days=400), True),
]


@pytest.mark.parametrize(("changes", "at", "is_current"), CASES)
def test_only_what_is_current_is_told_to_newcomers(changes: dict[str, Any], at: datetime, is_current: bool) -> None:
    published(**changes)
    DigitalServiceFactory()
    assert jobs.tell_newcomers(at) == int(is_current)


def test_a_notice_that_ended_is_told_to_nobody() -> None:
    notice = published()
    notices.end(notice, by=AgentFactory(roles=[StaffRole.REVIEWER]), at=NOW)
    DigitalServiceFactory()
    assert jobs.tell_newcomers(SOON) == 0


def test_a_newcomer_is_not_given_a_date_already_past_nor_reminded_the_day_he_is_told() -> None:
    past = NOW.date() + timedelta(days=1)
    published(asks_reading=True, read_by_date=past)
    DigitalServiceFactory()
    notice = Notice.objects.get()
    notices.catch_up(notice, at=NOW + timedelta(days=5))
    [reading] = NoticeReading.objects.all()
    assert reading.read_by_date is None
    assert jobs.remind_late_readings(NOW + timedelta(days=6)) == 0
    assert jobs.remind_late_readings(NOW + timedelta(days=9)) == 1


WINDOWS: list[tuple[dict[str, Any], datetime, bool]] = [
    (window(), NOW + timedelta(hours=2), True),
    (window(), NOW + timedelta(hours=4), False),
    (window() | {"touched": "both"}, NOW + timedelta(hours=2), True),
    (window() | {"touched": "sandbox"}, NOW + timedelta(hours=2), False),
    (window() | {"parts": ["tests"]}, NOW + timedelta(hours=2), False),
    (window() | {"parts": ["portal"]}, NOW + timedelta(hours=2), False),
    (window() | {"parts": ["tests", "feeding"]}, NOW + timedelta(hours=2), True),
]


@pytest.mark.parametrize(("changes", "at", "is_excused"), WINDOWS)
def test_a_window_under_way_excuses_the_gateways_of_its_environment(
    changes: dict[str, Any], at: datetime, is_excused: bool
) -> None:
    version = {"expires_at": LATER, "count": 0, "digest": "", "body": b"", "signature": "", "key_id": ""}
    Publication.objects.create(environment="production", version=2, issued_at=NOW, **version)
    Acknowledgement.objects.create(
        gateway=made()[0], environment="production", applied_version=1, applied_at=NOW, reported_at=NOW
    )
    manager = AgentFactory(roles=[StaffRole.WHITELIST_MANAGER])
    told = {one.title: one for one in task_lists(manager, now=at)}
    assert [task.reference for task in told[BEHIND].tasks] == ["Passerelle de test"]
    published(**changes)
    told = {one.title: one for one in task_lists(manager, now=at)}
    assert bool(told[BEHIND].tasks) is not is_excused
