"""What surrounds every request."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.audit.record import origin
from portal.web.middleware import RequestIdentity


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (1, "", "127.0.0.1"),
        (0, "203.0.113.7", "127.0.0.1"),
    ],
)
def test_journal_knows_the_client_behind_our_proxies(settings, proxies: int, forwarded: str, expected: str) -> None:
    settings.PROXY_COUNT = proxies
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(origin.get().ip)
        return HttpResponse()

    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    RequestIdentity(view)(RequestFactory().get("/", headers=headers))
    assert seen == [expected]
