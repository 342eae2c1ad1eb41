"""The calls that gateways count, by day: added up, shown to the vendor over thirty days, forgotten after a year."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policy.certificates.models import Certificate
from policy.gateways import jobs, operations, queries
from policy.gateways.models import DayOfCalls, DayOfClientCalls
from policy.gateways.operations import ClientDay, Seen
from policy.grants.models import ConnectionData
from policy.whitelist.models import WhitelistEntry
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.tokens.scopes import Scope
from tests.factories.accounts import entered
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.parties import member
from tests.factories.tokens import bearer, made
from tests.factories.whitelist import approved, ready_grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> WhitelistEntry:
    return approved(ready_grant())


def told(entry: WhitelistEntry, *counts: tuple[int, int, datetime]) -> None:
    """(calls, of which 429, instant) reported by one gateway."""
    gateway, _ = made(Scope.GATEWAYS_REPORT)
    held = Certificate.objects.get(service=entry.grant.service)
    for calls, throttled, at in counts:
        seen = [Seen(held.fingerprint, at, calls, throttled)]
        operations.report(gateway, environment="production", version=1, seen=seen, at=timezone.now())


def counted(entry: WhitelistEntry, days: int = 30) -> Any:
    since = paris_date(timezone.now()) - timedelta(days=days - 1)
    return queries.calls_of(entry.grant.service_id, "production", since)


def test_calls_add_up_by_day_and_by_gateway(entry: WhitelistEntry) -> None:
    now = timezone.now()
    told(entry, (10, 2, now), (5, 0, now), (7, 1, now - timedelta(days=3)))
    told(entry, (100, 0, now))
    assert DayOfCalls.objects.count() == 3
    assert (counted(entry).count, counted(entry).throttled) == (122, 3)


def test_only_thirty_days_count_and_silence_is_no_absence_of_count(entry: WhitelistEntry) -> None:
    assert counted(entry) is None
    told(entry, (9, 9, timezone.now() - timedelta(days=31)))
    assert (counted(entry).count, counted(entry).last_day) == (0, None)
    assert queries.calls_of(entry.grant.service_id, "sandbox", paris_date(timezone.now())) is None


def test_the_day_is_that_of_paris(entry: WhitelistEntry) -> None:
    told(entry, (1, 0, datetime(2026, 7, 1, 22, 30, tzinfo=UTC)))
    assert DayOfCalls.objects.get().day.isoformat() == "2026-07-02"


def test_a_vendor_reads_his_own_calls_and_no_other(entry: WhitelistEntry) -> None:
    other = approved(ready_grant())
    gateway, _ = made(Scope.GATEWAYS_REPORT)
    mine = Certificate.objects.get(service=entry.grant.service)
    seen = [Seen(mine.fingerprint, timezone.now(), 1234, 56)]
    operations.report(gateway, environment="production", version=1, seen=seen, at=timezone.now())
    page = entered(member(entry.grant.holder)).get(reverse("grant_access", args=[entry.grant.reference]))
    text = page.content.decode().replace("\u202f", "").replace("\xa0", " ")
    assert "56 réponses 429" in text
    page = entered(member(other.grant.holder)).get(reverse("grant_access", args=[other.grant.reference]))
    assert "Aucune passerelle n’a encore rendu compte" in page.content.decode()


@pytest.mark.parametrize(("throttled", "status"), [(3, 200), (4, 400), (-1, 400), ("x", 400)])
def test_a_gateway_reports_its_answers_429(entry: WhitelistEntry, throttled: Any, status: int) -> None:
    held = Certificate.objects.get(service=entry.grant.service)
    said = {
        "version": 1,
        "seen": [
            {
                "fingerprint": held.fingerprint,
                "last_seen_at": (timezone.now() - timedelta(minutes=1)).isoformat(),
                "calls": 3,
                "throttled": throttled,
            }
        ],
    }
    header = bearer(Scope.GATEWAYS_REPORT)
    answer = Client().post(
        "/api/v1/gateways/reports", orjson.dumps(said), content_type="application/json", headers=header
    )
    assert answer.status_code == status
    assert DayOfCalls.objects.filter(throttled=3).exists() is (status == 200)


def test_counts_are_forgotten_after_a_year(entry: WhitelistEntry) -> None:
    told(entry, (1, 0, timezone.now() - timedelta(days=360)), (1, 0, timezone.now() - timedelta(days=380)))
    assert jobs.forget_calls(timezone.now()) == 1
    assert DayOfCalls.objects.count() == 1


@pytest.fixture
def public() -> ConnectionData:
    """What a service without certificate (profile 0) connects with."""
    grant = GrantFactory(consumption=True, access_profile=0)
    return ConnectionFactory(grant=grant, client_id="lecture-prod")


def client_days(gateway: Any, *days: tuple[int, int, int], client_id: str = "lecture-prod") -> list[str]:
    """(days ago, total of calls, of which 429), told of one client id."""
    now = timezone.now()
    told = [ClientDay(client_id, paris_date(now) - timedelta(days=ago), *counts) for ago, *counts in days]
    return operations.count_clients(gateway, environment="production", days=told, at=now)


def test_a_service_without_certificate_is_counted_by_its_client_id(public: ConnectionData) -> None:
    gateway, other = made(Scope.GATEWAYS_REPORT)[0], made(Scope.GATEWAYS_REPORT, name="Autre")[0]
    since, service = paris_date(timezone.now()) - timedelta(days=29), public.grant.service_id
    assert queries.calls_of(service, "production", since) is None
    assert client_days(gateway, (0, 10, 1), (3, 5, 0), (40, 9, 9)) == []
    client_days(gateway, (0, 12, 2))  # the total of the day, told again
    client_days(gateway, (0, 12, 2), (0, 3, 0))  # sent twice, then by a gateway that started again
    client_days(made(Scope.GATEWAYS_REPORT)[0], (0, 11, 2))  # its token replaced by another of the same name
    client_days(other, (0, 100, 0))
    found = queries.calls_of(service, "production", since)
    assert found is not None
    assert (found.count, found.throttled, found.last_day) == (117, 2, paris_date(timezone.now()))
    assert queries.calls_of(service, "sandbox", since) is None


def test_who_has_a_certificate_is_not_counted_twice(entry: WhitelistEntry) -> None:
    gateway, _ = made(Scope.GATEWAYS_REPORT)
    held = entry.grant.connections.get(environment="production")
    assert client_days(gateway, (0, 5, 0), client_id=held.client_id) == [held.client_id]
    assert client_days(gateway, (0, 5, 0), client_id="inconnu") == ["inconnu"]
    with pytest.raises(Refused, match="jour à venir"):
        client_days(gateway, (-1, 5, 0))
    assert counted(entry) is None


@pytest.mark.parametrize(("throttled", "status"), [(3, 200), (4, 400), (-1, 400), ("x", 400)])
def test_the_api_takes_totals_of_client_ids(public: ConnectionData, throttled: Any, status: int) -> None:
    day = paris_date(timezone.now()).isoformat()
    said = {"days": [{"client_id": "lecture-prod", "day": day, "calls": 3, "throttled": throttled}]}
    answer = Client().post(
        "/api/v1/gateways/client-calls",
        orjson.dumps(said),
        content_type="application/json",
        headers=bearer(Scope.GATEWAYS_REPORT),
    )
    assert answer.status_code == status
    assert DayOfClientCalls.objects.filter(calls=3, throttled=3).exists() is (status == 200)


def test_totals_are_forgotten_after_a_year(public: ConnectionData) -> None:
    client_days(made(Scope.GATEWAYS_REPORT)[0], (360, 1, 0), (380, 1, 0))
    assert jobs.forget_calls(timezone.now()) == 1
    assert DayOfClientCalls.objects.count() == 1
