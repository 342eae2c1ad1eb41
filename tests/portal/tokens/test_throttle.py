"""So many calls a second for one token, told with Retry-After; the others do not suffer."""

from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from portal.tokens.scopes import Scope
from tests.factories.tokens import bearer

pytestmark = pytest.mark.django_db
PATH = "/api/v1/grants"


@pytest.fixture(autouse=True)
def _ten_calls_a_second(settings: Any) -> None:
    cache.clear()
    settings.API_CALLS_PER_SECOND = 10


def test_a_burst_beyond_twice_the_rate_waits_and_the_others_are_served() -> None:
    greedy, modest = bearer(Scope.GRANTS_READ), bearer(Scope.GRANTS_READ)
    with time_machine.travel("2026-03-03T09:00:00.5Z", tick=False) as clock:
        statuses = [Client().get(PATH, headers=greedy).status_code for _ in range(25)]
        refused = Client().get(PATH, headers=greedy)
        assert statuses == [200] * 20 + [429] * 5
        assert refused["Content-Type"] == "application/problem+json"
        assert refused.json()["title"] == "Trop de demandes"
        assert Client().get(PATH, headers=modest).status_code == 200
        clock.shift(int(refused["Retry-After"]) + 1)
        assert Client().get(PATH, headers=greedy).status_code == 200


def test_reading_goes_on_when_the_cache_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "add", away, raising=False)
    header = bearer(Scope.GRANTS_READ)
    assert {Client().get(PATH, headers=header).status_code for _ in range(25)} == {200}


def test_who_has_no_token_is_told_so_however_often_he_calls() -> None:
    assert {Client().get(PATH).status_code for _ in range(25)} == {401}
