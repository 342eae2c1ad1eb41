"""Bodies that readers of JSON understand in several ways, or not at all."""

import json
import time
from typing import Any

import pytest
from django.test import Client
from rest_framework.exceptions import ParseError

from portal.tokens.scopes import Scope
from portal.web import parsers
from tests.factories.tokens import bearer

URL = "/api/v1/verdicts"


@pytest.mark.parametrize("text", ["{}", "[]", '"é"', '{"a": {"a": 1}}', '[{"a": 1}, {"a": 2}]', "1e10"])
def test_plain_json_is_read(text: str) -> None:
    assert parsers.strict(text.encode()) == json.loads(text)


AMBIGUOUS = [
    b"", b"{", b"\xff", b"\xef\xbb\xbf{}", b"NaN", b"[Infinity]", b"[1e999]", b'{"a": 1, "a": 2}',
    b'[{"b": {"a": 1, "\\u0061": 2}}]', b'"\\ud800"', b"[" * 1_000, b"[" * 100_000, b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"{}{}", b"{'a': 1}", b"01", "{}".encode("utf-16"),
]  # fmt: skip


@pytest.mark.parametrize("body", AMBIGUOUS, ids=[str(rank) for rank in range(len(AMBIGUOUS))])
def test_ambiguous_json_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        parsers.strict(body)


def asked(body: Any, content_type: str = "application/json", method: str = "POST") -> Any:
    return Client().generic(method, URL, body, content_type=content_type, headers=bearer(Scope.VERDICTS_READ))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type", "method", "status"),
    [
        (b"NaN", "application/json", "POST", 400),
        (b'{"client_id": "a", "client_id": "b"}', "application/json", "POST", 400),
        (b"[" * 100_000, "application/json", "POST", 400),
        (b"[" + b" " * 10_000_000 + b"]", "application/json", "POST", 413),
        (b"a=1", "application/x-www-form-urlencoded", "POST", 415),
        (b"{}", "text/plain", "POST", 415),
        (b"{}", "application/xml", "POST", 415),
        (b"--x--", "multipart/form-data; boundary=x", "POST", 415),
        (b"", "application/json", "GET", 405),
        (b"{}", "application/json", "DELETE", 405),
        (b"{}", "application/json", "BREW", 405),
    ],
)
def test_the_api_refuses_what_it_cannot_read_in_french(
    body: bytes, content_type: str, method: str, status: int
) -> None:
    start = time.perf_counter()
    answer = asked(body, content_type, method)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert time.perf_counter() - start < 2
    assert set(answer.json()) <= {"type", "title", "status", "detail", "request_id", "errors"}
    assert answer.json()["title"] in {"Demande invalide", "Contenu trop volumineux", "Format de contenu refusé",
                                      "Méthode non permise"}  # fmt: skip


@pytest.mark.django_db
def test_an_announced_length_that_lies_is_still_read_to_the_limit_only() -> None:
    body = b"[" + b" " * (parsers.LARGEST + 10) + b"]"
    answer = Client().generic("POST", URL, body, content_type="application/json", CONTENT_LENGTH="",
                              headers=bearer(Scope.VERDICTS_READ))  # fmt: skip
    assert answer.status_code in (400, 413)
