"""Answers when something went wrong, and the two addresses by which a supervisor watches the portal."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from . import context
from .access import public
from .middleware import is_api
from .problems import SENTENCES, TITLES, problem

TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: the request cannot be understood; 413 when it is only too big."""
    return _answer(request, 413 if isinstance(exception, TOO_BIG) else 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: this person may not do this."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: no such page, at least for this person."""
    return _answer(request, 404)


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """429: too many attempts in too short a time."""
    response = _answer(request, 429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Rendered without request: neither the session nor the database may be trusted any more."""
    request_id = getattr(request, "request_id", "")
    if is_api(request):
        return problem(request, status=500, title="Erreur interne", detail="Le portail n’a pas pu traiter la demande.")
    return HttpResponse(render_to_string("500.html", {**context.bare(), "request_id": request_id}), status=500)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    """The page of a status, or its problem document under the API."""
    if is_api(request):
        return problem(request, status=status, title=TITLES[status], detail=SENTENCES.get(status, TITLES[status]))
    return render(request, f"{status}.html", status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form sent too late, from another site, or without cookies."""
    sentence = "Le formulaire est resté ouvert trop longtemps, ou votre navigateur refuse les cookies du portail."
    return render(request, "403.html", {"sentence": sentence, "retry": True}, status=403)


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers and its schema is the one of this version; 503 otherwise."""
    judged = {"database": _database_answers(), "schema": _schema_is_current()}
    return JsonResponse(judged, status=200 if all(judged.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except Exception:  # whatever the driver raises, the answer is no
        return False


def _schema_is_current() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception:  # a database that does not answer has no schema
        return False
