"""Errors of the REST API as `application/problem+json` (RFC 9457), in French, with the request id."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse

from portal.lifecycle.errors import Incomplete, Refusal

TITLES = {
    400: "Demande invalide",
    401: "Authentification nécessaire",
    403: "Accès refusé",
    404: "Introuvable",
    405: "Méthode non permise",
    406: "Format de réponse indisponible",
    409: "Conflit",
    413: "Contenu trop volumineux",
    415: "Format de contenu refusé",
    422: "Demande refusée",
    429: "Trop de demandes",
    503: "Pas encore prêt",
}
SENTENCES = {
    400: "La demande ne peut pas être lue : vérifiez sa forme.",
    401: "Présentez un jeton d’API dans l’en-tête Authorization: Bearer.",
    403: "Ce jeton ne permet pas cette action.",
    404: "Cette ressource n’existe pas, ou ce jeton ne permet pas de la voir.",
    405: "Cette adresse ne connaît pas cette méthode.",
    406: "Cette adresse répond en application/json seulement.",
    413: "Envoyez un contenu de moins de 2 Mo, en plusieurs appels s’il le faut.",
    415: "Envoyez un contenu de type application/json.",
    429: "Attendez avant de recommencer.",
}


def problem(request: Any, *, status: int, title: str, detail: str, **more: Any) -> JsonResponse:
    """A problem document; `more` adds members such as `errors`."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": getattr(request, "request_id", ""),
        **more,
    }
    response = JsonResponse(body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


def handle(error: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """The exception handler of Django REST framework; None leaves the exception to the page of errors 500."""
    request = getattr(context.get("request"), "_request", context.get("request"))
    if isinstance(error, Refusal):
        return _refused(request, error)
    status = _status(error)
    if status is None:
        return None
    said = getattr(error, "detail", None)
    errors = list(_errors(said)) if status == 400 and not isinstance(said, str) else []
    response = problem(
        request,
        status=status,
        title=TITLES.get(status, "Demande refusée"),
        detail=_detail(error, status),
        **({"errors": errors} if errors else {}),
    )
    for header, value in _headers(error):
        response[header] = value
    return response


def _refused(request: Any, refusal: Refusal) -> JsonResponse:
    more: dict[str, Any] = {}
    if isinstance(refusal, Incomplete):
        more["missing"] = [{"field": item.field, "label": item.label} for item in refusal.missing]
    if refusal.field:
        more["errors"] = [{"field": refusal.field, "detail": refusal.sentence}]
    title = TITLES.get(refusal.status, "Demande refusée")
    response = problem(request, status=refusal.status, title=title, detail=refusal.sentence, **more)
    for header, value in _headers(refusal):
        response[header] = value
    return response


def _status(error: Exception) -> int | None:
    if isinstance(error, Http404):
        return 404
    if isinstance(error, PermissionDenied):
        return 403
    status = getattr(error, "status_code", None)  # exceptions of REST framework
    return status if isinstance(status, int) and status < 500 else None


def _detail(error: Exception, status: int) -> str:
    """Our own sentence when we raised one; otherwise the sentence of the status."""
    said = getattr(error, "detail", "")
    default = getattr(type(error), "default_detail", "")
    if isinstance(said, str) and status in (401, 403) and str(said) != str(default):
        return str(said)
    return SENTENCES.get(status, "La demande a été refusée.")


def _errors(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """One item per sentence, with the dotted path of its field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _errors(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for inner in detail:
            yield from _errors(inner, field)
    elif detail:
        yield {"field": field, "detail": str(detail)}


def _headers(error: Exception) -> Iterator[tuple[str, str]]:
    if challenge := getattr(error, "auth_header", None):
        yield "WWW-Authenticate", challenge
    if (wait := getattr(error, "wait", None)) is not None:
        yield "Retry-After", str(int(wait))
