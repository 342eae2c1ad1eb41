"""P4: list, search, depth and dossier over ten thousand services (BENCH_SERVICES: another number),
beside a bare answer behind Django's usual middleware. Pages go through the WSGI handler with a signed-in session.
"""

import io
import os
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path

from tests.bench.rounds import WALL, Row, compare, summary

SERVICES = int(os.environ.get("BENCH_SERVICES", "10000"))
ESTABLISHMENTS = 5_000  # their number does not show on these pages
LIST = "/dossiers/"
USUAL = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def bare(request: HttpRequest) -> HttpResponse:
    """The floor: an answer without content."""
    return HttpResponse(b"")


urlpatterns = [path("", bare)]


class Bare(WSGIHandler):
    """A handler that serves the floor alone."""

    def get_response(self, request: Any) -> Any:
        """The answer, under our one route."""
        request.urlconf = __name__
        return super().get_response(request)


def rows() -> Iterator[Row]:
    """The ratios of P4; concurrency is measured by P4.6 of the grown-up run."""
    vendor = connection.vendor
    call_command("seed", services=SERVICES, establishments=ESTABLISHMENTS, largest_list=300, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # connections persist, as in production
    with override_settings(MIDDLEWARE=USUAL):
        floor_handler = Bare()
    handler, cookie = WSGIHandler(), _session()
    floor = _getter(floor_handler, "", "/")
    get: Callable[[str], Callable[[], bytes]] = lambda query: _getter(handler, cookie, LIST, query)  # noqa: E731
    pages = _pages(get)
    target = 22 if vendor == "sqlite" else 30
    plain = get("")

    def against(id: str, what: str, subject: Any, other: Any, limit: float) -> Row:
        return compare(
            f"{id}-{vendor}", f"{what} ({vendor})", subject=subject, floor=other, target=limit, clock=WALL, seconds=0.1
        )

    yield against("P4.1-list", "liste de 25 dossiers / réponse nue", plain, floor, target)
    yield against("P4.2-rare", "recherche d’un mot rare / liste", get(pages["rare"]), plain, 1.0)
    yield against("P4.2-common", "recherche d’un mot courant / liste", get(pages["common"]), plain, 1.8)
    yield against("P4.3-depth", "page à 90 % de la liste / première page", get(pages["deep"]), plain, 1.3)
    dossier = _getter(handler, cookie, pages["dossier"])
    yield against("P4.4-dossier", "dossier avec son historique / liste", dossier, plain, 1.3)
    yield summary(f"P4.5-queries-{vendor}", "requêtes de la liste", [_count(plain)], target=6)
    yield summary(f"P4.5-dossier-{vendor}", "requêtes du dossier", [_count(dossier)], target=6)


def _session() -> str:
    """The cookie of an agent who reviews."""
    from portal.accounts.middleware import ENROLLED
    from portal.accounts.models import User
    from tests.factories.accounts import AgentFactory

    agent: User = AgentFactory()
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session[ENROLLED] = agent.pk
    session.save()
    return f"session={session.session_key}"


def _getter(handler: Any, cookie: str, address: str, query: str = "") -> Callable[[], bytes]:
    def get() -> bytes:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost:8000",
            "HTTP_COOKIE": cookie,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(b""),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        }
        said: list[str] = []
        answer = handler(environ, lambda status, headers, *more: said.append(status))
        content = b"".join(answer)
        answer.close()
        assert said[0].startswith("200"), (address, query, said)
        return content

    return get


def _pages(get: Callable[[str], Callable[[], bytes]]) -> dict[str, str]:
    """Addresses of the pages to measure: a deep one by its cursor, words that are rare and common, a full dossier."""
    from onboarding.candidacies.models import Candidacy
    from onboarding.desk import keyset
    from onboarding.desk.filters import Filters
    from onboarding.desk.queries import dossiers
    from portal.audit.models import AuditEvent
    from tests.factories.accounts import AgentFactory

    agent = AgentFactory()
    rows_ = dossiers.page(agent, Filters(), size=SERVICES * 9 // 10).rows
    deep = keyset.encode(keyset.Cursor(rows_[-1].received_at.isoformat(), rows_[-1].pk))  # type: ignore[attr-defined]
    words = [row.service.name.split()[0] for row in rows_[:500]]
    named = max(set(words), key=words.count)
    rare = rows_[len(rows_) // 2].service
    rare.name = "Xylophone régional"
    rare.save(update_fields=["name"])
    busiest = AuditEvent.objects.filter(subject_reference__startswith="C-").values_list("subject_reference", flat=True)[
        :1
    ][0]
    known = Candidacy.objects.filter(reference=busiest).first() or rows_[0]
    return {
        "deep": f"page={deep}",
        "rare": "q=xylophone",
        "common": f"q={named}",
        "dossier": f"/dossiers/{known.reference}/historique/",
    }


def _count(get: Callable[[], bytes]) -> int:
    with CaptureQueriesContext(connection) as found:
        get()
    return len(found)
