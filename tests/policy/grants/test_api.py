"""Lists of services and rights over the REST API: pages by key, nothing else."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.tokens.scopes import Scope
from tests.factories.grants import GrantFactory
from tests.factories.tokens import bearer

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> dict[str, str]:
    return bearer(Scope.GRANTS_READ, Scope.SERVICES_READ)


@pytest.mark.parametrize("path", ["/api/v1/grants", "/api/v1/services"])
def test_pages_follow_each_other_by_key_without_loss(client: Client, reader: dict, path: str) -> None:
    made = GrantFactory.create_batch(5)
    wanted = [grant.reference if "grants" in path else grant.service.reference for grant in made]
    seen, after = [], ""
    while True:
        page = client.get(path, {"limit": 2} | ({"after": after} if after else {}), headers=reader).json()
        seen += [item["reference"] for item in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == wanted


def test_a_right_is_said_in_full(client: Client, reader: dict) -> None:
    grant = GrantFactory(feeding_profiles="AB")
    (item,) = client.get("/api/v1/grants", headers=reader).json()["items"]
    assert item == {
        "reference": grant.reference,
        "service": grant.service.reference,
        "service_name": grant.service_name,
        "holder": grant.holder.name,
        "direction": "feeding",
        "feeding_profiles": ["A", "B"],
        "access_profile": None,
        "region": "",
        "state": "pending",
        "decision": "D-2026-0001",
        "decided_at": item["decided_at"],
    }


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_whatever_its_rows(
    client: Client, reader: dict, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    GrantFactory.create_batch(count)
    client.get("/api/v1/grants", headers=reader)  # notes the hour of the token
    with django_assert_num_queries(2):
        client.get("/api/v1/grants", headers=reader)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=-1", "limit=1e9", "limit=٣", "after=H-9999-0000", "after=%00", "ordering=pk",
     "holder__name=x", "fields=digest", "limit=" + "9" * 400],
)  # fmt: skip
def test_parameters_that_mean_nothing_are_refused(client: Client, reader: dict, query: str) -> None:
    answer = client.get(f"/api/v1/grants?{query}", headers=reader)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["title"] == "Demande invalide"
