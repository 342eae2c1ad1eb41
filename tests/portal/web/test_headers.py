"""The headers of each kind of answer (requirements, E.2), and addresses that no database reads."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal.web.middleware import Headers
from tests.factories.accounts import PersonFactory, entered

pytestmark = pytest.mark.django_db
PAGE = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
DATA = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FILE = DATA | {"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'"}


@pytest.mark.parametrize(
    ("path", "signed_in", "headers", "cache"),
    [
        ("/", False, PAGE, "no-cache"),
        ("/mentions-legales/", False, PAGE, "no-cache"),
        ("/nulle-part/", False, PAGE, "no-cache"),
        ("/compte/", True, PAGE, "no-store"),
        ("/nulle-part/", True, PAGE, "no-store"),
        ("/api/v1/grants", False, DATA, "no-store"),
        ("/api/v1/nulle-part", False, DATA, "no-store"),
        ("/healthz", False, DATA, "no-cache"),
        ("/listes/modele.csv", True, FILE, "no-store"),
    ],
)
def test_each_kind_of_answer_has_its_headers(path: str, signed_in: bool, headers: dict[str, str], cache: str) -> None:
    answer = (entered(PersonFactory()) if signed_in else Client()).get(path)
    for name, value in headers.items():
        found = answer.get(name, "")
        assert value in found if headers is PAGE else found == value, (name, found)
    assert cache in answer["Cache-Control"]
    assert answer["X-Request-Id"]
    assert "Server" not in answer
    assert "Access-Control-Allow-Origin" not in answer


def test_public_pages_leave_no_cookie() -> None:
    for path in ("/", "/mentions-legales/", "/textes/", "/healthz"):
        assert not Client().get(path).cookies, path


def test_a_page_allows_neither_inline_code_nor_other_origins() -> None:
    policy = Client().get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_header_of_the_view_wins() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x", headers={"Content-Type": "application/pdf", "Content-Disposition": "attachment",
                                          "Cache-Control": "private, no-store", "Referrer-Policy": "origin"})  # fmt: skip

    answer = Headers(view)(RequestFactory().get("/"))
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("private, no-store", "origin")
    assert answer["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("path", "cookie", "status"),
    [
        ("/candidatures/%00/", "", 404),
        ("/documents/a%00b/", "", 404),
        ("/api/v1/%00", "", 404),
        ("/documents/?q=a%00", "", 400),
        ("/?%00=1", "", 400),
        ("/api/v1/grants?after=%00", "", 400),
        ("/", "\x00aaaaaaaaaaaaaaa", 400),
        ("/compte/", "\x00aaaaaaaaaaaaaaa", 400),
    ],
)
def test_the_nul_character_is_refused_before_any_database_meets_it(path: str, cookie: str, status: int) -> None:
    client: Any = Client()
    if cookie:
        client.cookies["session"] = cookie
    answer = client.get(path)
    assert answer.status_code == status
    kind = "application/problem+json" if path.startswith("/api/") else "text/html; charset=utf-8"
    assert answer["Content-Type"] == kind
