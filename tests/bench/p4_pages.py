"""P4: the agency's pages over the large set, and those of its largest vendor, beside a bare answer behind Django's usual
middleware. Pages go through the WSGI handler with a signed-in session.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path

from tests.bench import p4_load
from tests.bench.rounds import WALL, Row, apart, compare, summary
from tests.bench.sizes import SERVICES

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
    """The ratios of P4, those under load last: they run on a server of their own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # connections persist, as in production
    with override_settings(MIDDLEWARE=USUAL):
        floor_handler = Bare()
    floor, handler, vendor = _getter(floor_handler, "", "/"), WSGIHandler(), connection.vendor
    agent, owner = _people()
    yield from apart(_agency(handler, agent, floor, vendor), _owner(handler, owner, floor, vendor))
    connection.close()
    yield from p4_load.rows(vendor, LIST, agent)


def _against(id: str, what: str, subject: Any, other: Any, limit: float) -> Row:
    vendor = connection.vendor
    return compare(
        f"{id}-{vendor}", f"{what} ({vendor})", subject=subject, floor=other, target=limit, clock=WALL, seconds=0.1
    )


def _queries(id: str, what: str, page: Callable[[], bytes]) -> Row:
    return summary(f"{id}-{connection.vendor}", f"requêtes {what}", [_count(page)], target=6)


def _limit(vendor: str) -> float:
    """How many bare answers a page of 25 rows may cost."""
    return 22 if vendor == "sqlite" else 30


def _agency(handler: WSGIHandler, cookie: str, floor: Any, vendor: str) -> Iterator[Row]:
    """The list of dossiers in all its ways, a dossier, and the agent's first page."""
    get: Callable[[str], Callable[[], bytes]] = lambda query: _getter(handler, cookie, LIST, query)  # noqa: E731
    pages, plain, desk = _pages(), get(""), _getter(handler, cookie, "/bureau/")
    dossier = _getter(handler, cookie, pages["dossier"])
    yield _against("P4.1-list", "liste de 25 dossiers / réponse nue", plain, floor, _limit(vendor))
    yield _against("P4.1-desk", "bureau de l’agent / réponse nue", desk, floor, _limit(vendor))
    yield _against("P4.2-rare", "recherche d’un mot rare / liste", get(pages["rare"]), plain, 1.0)
    yield _against("P4.2-common", "recherche d’un mot courant / liste", get(pages["common"]), plain, 1.8)
    yield _against("P4.3-depth", "page à 90 % de la liste / première page", get(pages["deep"]), plain, 1.3)
    yield _against("P4.4-dossier", "dossier avec son historique / liste", dossier, plain, 1.3)
    yield _queries("P4.5-list", "de la liste", plain)
    yield _queries("P4.5-desk", "du bureau", desk)
    yield _queries("P4.5-dossier", "du dossier", dossier)


def _owner(handler: WSGIHandler, cookie: str, floor: Any, vendor: str) -> Iterator[Row]:
    """The first page of the vendor who has most services, his services and rights, and what one right opens."""
    addresses = ("/tableau-de-bord/", "/services/", "/habilitations/", _access())
    dashboard, services, grants, access = (_getter(handler, cookie, address) for address in addresses)
    what = f"d’un éditeur de {_largest()[1]} services"
    yield _against("P4.1-dashboard", f"tableau de bord {what} / réponse nue", dashboard, floor, _limit(vendor))
    yield _against("P4.1-services", f"services {what} / réponse nue", services, floor, _limit(vendor))
    yield _against("P4.1-grants", f"habilitations {what}, par 50 / réponse nue", grants, floor, _limit(vendor))
    yield _against("P4.1-access", f"« Mon accès » {what} / réponse nue", access, floor, _limit(vendor))
    yield _queries("P4.5-dashboard", f"du tableau de bord {what}", dashboard)
    yield _queries("P4.5-services", f"de la liste des services {what}", services)
    yield _queries("P4.5-grants", f"de la liste des habilitations {what}", grants)
    yield _queries("P4.5-access", f"de « Mon accès » {what}", access)


def _largest() -> tuple[int, int]:
    """The key of the vendor who owns the most services, and how many."""
    from portal.parties.models import DigitalService

    found = DigitalService.objects.order_by().values_list("owner").annotate(number=Count("pk")).order_by("-number")
    key, number = found[0]
    return key, number


def _access() -> str:
    """The address of « Mon accès » for a right in force of the largest vendor."""
    from policy.grants.lifecycle import State
    from policy.grants.models import Grant

    held = Grant.objects.filter(holder=_largest()[0], state=State.ACTIVE).order_by("pk")
    return f"/habilitations/{held[0].reference}/acces/"


def _agent() -> Any:
    """The agent who reviews, in the large set."""
    from portal.accounts.models import User

    return User.objects.get(email="reviewer@agence.invalid")


def _people() -> tuple[str, str]:
    """The cookies of an agent who reviews, and of the legal representative of the largest vendor."""
    from portal.parties.models import Membership
    from portal.parties.roles import MembershipRole

    held = Membership.objects.filter(legal_entity=_largest()[0], role=MembershipRole.LEGAL_REPRESENTATIVE)
    return _session(_agent()), _session(held.select_related("user")[0].user)


def _session(user: Any) -> str:
    """The cookie of a person signed in, second factor included."""
    from portal.accounts.middleware import ENROLLED

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "portal.accounts.authentication.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[ENROLLED] = user.pk
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


def _pages() -> dict[str, str]:
    """Addresses of the pages to measure: a deep one by its cursor, words that are rare and common, a full dossier."""
    from onboarding.candidacies.models import Candidacy
    from onboarding.desk import keyset
    from onboarding.desk.filters import Filters
    from onboarding.desk.queries import dossiers
    from portal.audit.models import AuditEvent

    agent = _agent()
    references = dossiers.references(agent, Filters(), limit=SERVICES * 9 // 10)
    found = Candidacy.objects.select_related("service").in_bulk(references, field_name="reference")
    rows_ = [found[reference] for reference in references]
    received = rows_[-1].submitted_at or rows_[-1].opened_at
    deep = keyset.encode(keyset.Cursor(received.isoformat(), rows_[-1].pk))
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
