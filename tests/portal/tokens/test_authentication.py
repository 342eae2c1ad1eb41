"""Who may call the REST API: the matrix of scopes, and every way to present a token wrongly."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal import api
from portal.tokens import operations as tokens
from portal.tokens.models import ApiToken
from portal.tokens.scopes import Scope
from tests.factories.accounts import AgentFactory, entered
from tests.factories.tokens import bearer, made

pytestmark = pytest.mark.django_db
PATH = "/api/v1/grants"


def test_a_good_token_with_the_scope_is_served() -> None:
    assert Client().get(PATH, headers=bearer(Scope.GRANTS_READ)).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer a b", "Basic {text}", "Token {text}", "Bearer {text}x", "{text}",
     "Bearer ror_0000000000_" + "A" * 43, "Bearer é", "Bearer {text} {text}"],
)  # fmt: skip
def test_a_token_presented_wrongly_is_refused_with_a_challenge(header: str) -> None:
    _, text = made(Scope.GRANTS_READ)
    answer = Client().get(PATH, headers={"Authorization": header.format(text=text)})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["title"]) == (401, "Authentification nécessaire")
    assert body["request_id"] == answer["X-Request-Id"]
    assert text not in answer.text


@pytest.mark.parametrize("name", ["access_token", "token", "q"])
def test_a_token_in_the_address_is_refused_even_with_a_good_header(name: str) -> None:
    _, text = made(Scope.GRANTS_READ)
    answer = Client().get(PATH, {name: text}, headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401
    assert "révoquez-le" in answer.json()["detail"]


def test_a_session_opens_nothing() -> None:
    assert entered(AgentFactory()).get(PATH).status_code == 401


def test_a_revocation_counts_at_the_next_call() -> None:
    token, text = made(Scope.GRANTS_READ)
    header = {"Authorization": f"Bearer {text}"}
    assert Client().get(PATH, headers=header).status_code == 200
    tokens.revoke(token, by=token.created_by)
    assert Client().get(PATH, headers=header).status_code == 401


def test_a_call_notes_the_hour_of_the_token() -> None:
    token, text = made(Scope.GRANTS_READ)
    Client().get(PATH, headers={"Authorization": f"Bearer {text}"})
    assert ApiToken.objects.get(pk=token.pk).last_used_at is not None


def routes(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    found = []
    for pattern in patterns:
        found += routes(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return found


SERVED = [route for route in routes(api.urlpatterns) if route.name not in ("api_schema", "api_docs")]


@pytest.mark.parametrize("route", SERVED, ids=lambda route: route.name)
def test_each_route_is_open_to_its_own_scope_and_closed_to_every_other(route: URLPattern) -> None:
    needed = route.callback.required_scope
    path = "/api/v1/" + re.sub(r"<[^>]+>", "1", str(route.pattern))
    post = "POST" in route.callback.cls.http_method_names or hasattr(route.callback.cls, "post")
    for scope in Scope:
        call = Client().post if post else Client().get
        answer = call(path, headers=bearer(scope))
        assert (answer.status_code == 403) is (scope != needed), (scope, answer.status_code)
        assert answer.status_code != 401


@pytest.mark.parametrize("name", ["api_schema", "api_docs"])
def test_the_documentation_is_read_and_nothing_else(name: str) -> None:
    assert Client().get(reverse(name)).status_code == 200
    assert Client().options(reverse(name)).status_code == 405


def test_a_view_without_scope_is_closed() -> None:
    assert get_resolver().resolve("/api/v1/grants").func.required_scope == Scope.GRANTS_READ
