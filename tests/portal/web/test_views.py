"""Pages of errors: each says what happened and what to do, with its status; and the two watched addresses."""

import json
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.web import views
from portal.web.access import public

pytestmark = pytest.mark.django_db

RAISED: dict[str, Exception] = {
    "400": SuspiciousOperation("mal formé"),
    "403": PermissionDenied(),
    "404": Http404(),
    "413": RequestDataTooBig(),
    "500": RuntimeError("panne"),
    "refus-403": NotPermitted("Seul le secrétaire consigne une décision."),
    "refus-409": MoveNotAllowed("Le dossier a déjà été pris."),
    "refus-422": Refused("Ce certificat est une clé privée."),
}


@public
def breaking(request: HttpRequest, kind: str) -> HttpResponse:
    raise RAISED[kind]


urlpatterns = [
    path("casse/<str:kind>", breaking),
    path("api/v1/casse/<str:kind>", breaking),
]
handler400 = "portal.web.views.bad_request"
handler403 = "portal.web.views.forbidden"
handler404 = "portal.web.views.not_found"
handler500 = "portal.web.views.server_error"


def breaking_client() -> Client:
    return Client(raise_request_exception=False)


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("kind", RAISED)
def test_an_error_has_its_status_one_heading_and_an_advice(kind: str) -> None:
    response = breaking_client().get(f"/casse/{kind}")
    html = response.content.decode()
    assert response.status_code == int(kind[-3:])
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert f"Erreur {kind[-3:]}" in html
    assert "Que faire&nbsp;?" in html
    assert re.search(r'portal-mono">[0-9a-f-]{36}<', html)


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("kind", ["refus-403", "refus-409", "refus-422"])
def test_a_refusal_is_told_in_its_own_words(kind: str) -> None:
    assert RAISED[kind].sentence in breaking_client().get(f"/casse/{kind}").content.decode()  # type: ignore[attr-defined]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("kind", ["400", "403", "404", "413", "500"])
def test_under_the_api_an_error_is_a_problem_document(kind: str) -> None:
    response = breaking_client().get(f"/api/v1/casse/{kind}")
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == response.status_code == int(kind)


def test_an_unknown_address_is_not_found_for_anyone() -> None:
    response = Client().get("/nulle-part/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()


def test_too_many_demands_say_when_to_come_back() -> None:
    request = RequestFactory().get("/")
    response = views.too_many(request)
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "Attendez une minute" in response.content.decode()


def test_a_form_without_its_key_is_refused_with_advice() -> None:
    response = Client(enforce_csrf_checks=True).post("/connexion/", {"login": "a@exemple.fr"})
    assert response.status_code == 403
    assert "rechargez-la" in response.content.decode()


def test_the_portal_says_it_is_alive_and_ready() -> None:
    assert Client().get("/healthz").content == b"ok"
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": True, "schema": True})


def test_a_portal_whose_database_does_not_answer_is_not_ready(monkeypatch: Any) -> None:
    def broken() -> None:
        raise ConnectionError

    monkeypatch.setattr(connection, "cursor", broken)
    response = views.readyz.__wrapped__(RequestFactory().get("/readyz"))  # type: ignore[attr-defined]
    assert response.status_code == 503
    assert json.loads(response.content)["database"] is False
