"""Errors of the API: one shape, French sentences, nothing of the inside."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions

from portal.lifecycle.errors import Incomplete, Missing, MoveNotAllowed, NotPermitted, Refused
from portal.web import problems


def body(error: Exception) -> dict:

    answer = problems.handle(error, {"request": None})
    assert answer is not None
    assert answer["Content-Type"] == "application/problem+json"
    said = json.loads(answer.content)
    assert said["status"] == answer.status_code
    return said


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (Http404("policy.Grant"), 404, "Cette ressource n’existe pas"),
        (PermissionDenied("secret"), 403, "Ce jeton ne permet pas"),
        (exceptions.ParseError("JSON parse error - line 1"), 400, "ne peut pas être lue"),
        (exceptions.NotAuthenticated(), 401, "Présentez un jeton"),
        (exceptions.MethodNotAllowed("PUT"), 405, "ne connaît pas cette méthode"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "application/json"),
        (NotPermitted("Vous n’avez pas le rôle."), 403, "Vous n’avez pas le rôle."),
        (MoveNotAllowed("Trop tard."), 409, "Trop tard."),
    ],
)
def test_each_error_has_its_status_and_a_french_sentence(error: Exception, status: int, detail: str) -> None:
    said = body(error)
    assert said["status"] == status
    assert detail in said["detail"]
    for inside in ("policy.Grant", "secret", "line 1"):
        assert inside not in str(said)


def test_an_invalid_body_names_each_field() -> None:
    said = body(exceptions.ValidationError({"facts": {"a": ["Trop long."]}, "at": ["Date illisible.", "Trop tard."]}))
    assert said["errors"] == [
        {"field": "facts.a", "detail": "Trop long."},
        {"field": "at", "detail": "Date illisible."},
        {"field": "at", "detail": "Trop tard."},
    ]


def test_a_refusal_names_its_field_and_what_is_missing() -> None:
    assert body(Refused("Adresse sans https.", field="url"))["errors"] == [
        {"field": "url", "detail": "Adresse sans https."}
    ]
    assert body(Incomplete([Missing("charter", "Charte signée")]))["missing"] == [
        {"field": "charter", "label": "Charte signée"}
    ]


def test_a_throttled_caller_is_told_when_to_come_back() -> None:
    answer = problems.handle(exceptions.Throttled(wait=7), {"request": None})
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (429, "7")


def test_an_unforeseen_error_is_left_to_the_page_500() -> None:
    assert problems.handle(RuntimeError("boum"), {"request": None}) is None
    assert problems.handle(exceptions.APIException("boum"), {"request": None}) is None
