"""The published list over the REST API: exact bytes, signature, 304, scopes."""

import base64
from datetime import UTC, datetime

import orjson
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policy.certificates.environments import Environment
from policy.whitelist import operations as whitelist
from policy.whitelist import queries
from portal.tokens.scopes import Scope
from tests.factories.tokens import bearer
from tests.factories.whitelist import approved, manager

pytestmark = pytest.mark.django_db
LIST = "/api/v1/whitelist"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> object:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def reader() -> dict[str, str]:
    return bearer(Scope.WHITELIST_READ)


def test_the_body_is_exactly_what_was_published_and_its_signature_verifies(client: Client, reader: dict) -> None:
    entry = approved()
    response = client.get(f"{LIST}?environment=production", headers=reader)
    assert response.content == bytes(queries.latest_publication(Environment.PRODUCTION).body)
    assert response["ETag"] == '"production-1"'
    assert response["Cache-Control"] == "private, no-cache"
    (key,) = client.get(f"{LIST}/keys", headers=reader).json()
    assert key["key_id"] == response["Whitelist-Key-Id"]
    public = load_pem_public_key(key["public_key"].encode())
    public.verify(base64.b64decode(response["Whitelist-Signature"]), response.content)
    assert orjson.loads(response.content)["entries"][0]["reference"] == entry.reference


def test_a_caller_who_holds_the_version_gets_304_until_the_next_one(client: Client, reader: dict) -> None:
    entry = approved()
    known = reader | {"If-None-Match": '"production-1"'}
    held = client.get(LIST, headers=known)
    assert (held.status_code, held.content, held["ETag"]) == (304, b"", '"production-1"')
    whitelist.suspend(entry, grounds="Doute", by=manager())
    assert client.get(LIST, headers=known).status_code == 200


@pytest.mark.parametrize(("known", "queries_made"), [("", 3), ('"production-1"', 2)])
def test_a_call_costs_a_constant_number_of_queries(
    client: Client, reader: dict, known: str, queries_made: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    approved()
    client.get(LIST, headers=reader)  # notes the hour of the token
    with django_assert_num_queries(queries_made):
        client.get(LIST, headers=reader | {"If-None-Match": known})


def test_a_former_version_is_served_as_it_was_signed(client: Client, reader: dict) -> None:
    entry = approved()
    first = client.get(LIST, headers=reader).content
    whitelist.suspend(entry, grounds="Doute", by=manager())
    assert client.get(f"{LIST}/1", headers=reader).content == first
    assert client.get(f"{LIST}/3", headers=reader).status_code == 404
    assert client.get(f"{LIST}/{2**70}", headers=reader).status_code == 404


def test_each_environment_has_its_own_list(client: Client, reader: dict) -> None:
    approved()
    answer = client.get(f"{LIST}?environment=sandbox", headers=reader)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("query", ["environment=prod", "environment=", "version=1", "environment__in=production"])
def test_a_parameter_that_means_nothing_is_refused(client: Client, reader: dict, query: str) -> None:
    answer = client.get(f"{LIST}?{query}", headers=reader)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("path", [LIST, f"{LIST}/1", f"{LIST}/keys", "/api/v1/services", "/api/v1/grants"])
def test_without_token_401_and_without_scope_403(client: Client, path: str) -> None:
    anonymous = client.get(path)
    assert (anonymous.status_code, anonymous["WWW-Authenticate"]) == (401, 'Bearer realm="portail-ror"')
    assert client.get(path, headers=bearer(Scope.VERDICTS_READ)).status_code == 403
    assert client.post(path, headers=bearer(*Scope)).status_code == 405


def test_the_list_holds_no_personal_data(client: Client, reader: dict) -> None:
    entry = approved()
    text = client.get(LIST, headers=reader).text
    for person in (entry.proposed_by, entry.approved_by):
        assert person.email not in text
        assert person.last_name not in text


@pytest.mark.parametrize("path", ["/api/v1/schema?format=json", "/api/v1/docs", "/api/v1/docs?script="])
def test_the_documentation_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_schema_names_every_route_and_its_security(client: Client) -> None:
    said = orjson.loads(client.get("/api/v1/schema?format=json").content)
    assert {"/api/v1/whitelist", "/api/v1/whitelist/{version}", "/api/v1/verdicts", "/api/v1/grants"} <= set(
        said["paths"]
    )
    assert said["paths"]["/api/v1/whitelist"]["get"]["security"] == [{"jeton": []}]
    assert said["components"]["securitySchemes"]["jeton"]["scheme"] == "bearer"


def test_an_instant_is_written_in_utc_to_the_second(client: Client, reader: dict) -> None:
    approved()
    said = orjson.loads(client.get(LIST, headers=reader).content)
    assert datetime.fromisoformat(said["issued_at"]) == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
