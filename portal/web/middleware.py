"""Around every request: who and whence, headers, the resolved user, refusals as pages, declared access."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.audit.record import Origin, origin
from portal.lifecycle.errors import NotReady, Refusal, StepUpRequired

from .access import has_stepped_up, step_up_first
from .origin import client_address
from .problems import problem

logger = logging.getLogger(__name__)

Next = Callable[[HttpRequest], HttpResponse]
FOREIGN = ("allauth.", "django.", "drf_spectacular.")  # libraries' own views, which declare nothing


def is_api(request: HttpRequest) -> bool:
    """True under the REST API."""
    return request.path.startswith("/api/")


class RequestIdentity:
    """Gives each request an id and tells the journal where its acts come from."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sets the origin for the time of the request."""
        request_id = str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined]
        token = origin.set(self._origin(request, request_id))
        try:
            response = self.get_response(request)
        finally:
            origin.reset(token)
        response["X-Request-Id"] = request_id
        return response

    def _origin(self, request: HttpRequest, request_id: str) -> Origin:
        ip = client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.headers.get("X-Forwarded-For", ""),
            proxies=settings.PROXY_COUNT,
        )
        if is_api(request):  # never by token: what asks for a fresh proof of identity (settled 36)
            return Origin("api", ip, request_id, "token", stepped_up=lambda: False)
        return Origin("web", ip, request_id, "session", stepped_up=lambda: has_stepped_up(request))


class Headers:
    """Headers that depend on the answer: nothing authenticated is cached, nothing leaks to other origins."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Adds the headers; a view's own Cache-Control wins."""
        response = self.get_response(request)
        user: Any = getattr(request, "user", None)
        signed_in = user is not None and user.is_authenticated
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store" if signed_in or is_api(request) else "no-cache"
        for header, value in HEADERS[_kind(response)].items():
            response.setdefault(header, value)
        return response


DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "page": {
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
        "Cross-Origin-Resource-Policy": "same-origin",
    },
    "data": {
        "Content-Security-Policy": DATA_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    },
    "file": {
        "Content-Security-Policy": f"sandbox; {DATA_POLICY}",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    },
}


def _kind(response: HttpResponse) -> str:
    """A page, a file that the browser keeps, or data that a program reads."""
    if response.get("Content-Disposition", "").startswith("attachment"):
        return "file"
    return "page" if response.get("Content-Type", "text/html").startswith("text/html") else "data"


class ReadableAddress:
    """Refuses the NUL character in an address or a cookie: no reference holds it, and PostgreSQL fails on it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serves; 404 for such a path, 400 for such a query or cookie."""
        if "\x00" in request.path_info:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or any("\x00" in text for text in (query, *request.COOKIES.values())):
            raise SuspiciousOperation("a NUL character in the address or a cookie")
        return self.get_response(request)


class ResolvedUser:
    """Reads the user before the view: the session may rotate here, never inside a view that only reads."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forces the lazy user."""
        assert request.user.is_authenticated is not None
        return self.get_response(request)


class Refusals:
    """Turns what an operation refused into its page (or problem+json), with the right status."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes on; the work is in `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal; other exceptions are not ours."""
        if not isinstance(error, Refusal):
            return None
        if isinstance(error, StepUpRequired) and not is_api(request):
            return step_up_first(request)
        if is_api(request):
            return problem(request, status=error.status, title="Demande refusée", detail=error.sentence)
        response = render(request, f"{error.status}.html", {"sentence": error.sentence}, status=error.status)
        if isinstance(error, NotReady):
            response["Retry-After"] = str(error.wait)
        return response


class DeclaredAccess:
    """Deny by default: a view of ours that does not say what it does is not served."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes on; the work is in `process_view`."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raises ImproperlyConfigured for an undeclared view."""
        if hasattr(view, "access") or view.__module__.startswith(FOREIGN):
            return
        if settings.STATIC_URL and request.path.startswith(settings.STATIC_URL):
            return
        raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} declares neither @public, @reads nor @writes")
