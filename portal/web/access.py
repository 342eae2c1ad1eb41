"""What a view does, said on the view: `@public`, `@reads` or `@writes`. A view that says nothing is not served.

* `@public`: no sign-in, no write.
* `@reads`: sign-in, no write (the database refuses it); `trace` leaves an `AccessTrace`.
* `@writes`: sign-in, one transaction, exactly once per form key; the view answers with a redirect
  if and only if something was saved: any other answer is rolled back.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, overload
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone

from portal.audit.operations import trace_reading

from .models import Submission

KEY = "cle_envoi"  # the hidden field that `{% once %}` writes
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REDIRECTS = frozenset({302, 303})
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE", "MERGE", "COPY")

View = Callable[..., Any]
V = TypeVar("V", bound=View)


class Audience(StrEnum):
    """Whom a page is for; to anyone else it does not exist (404)."""

    ANYONE = "anyone"
    STAFF = "staff"
    OFFICIAL = "official"  # the agency, and the regional actors for what is theirs
    VENDOR = "vendor"


ANYONE, STAFF, OFFICIAL, VENDOR = Audience


@dataclass(frozen=True)
class Access:
    """What was declared on a view."""

    kind: str
    trace: str = ""
    audience: Audience = ANYONE
    step_up: bool = False


def public(view: View) -> View:
    """Open to anyone, and writes nothing."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with no_write():
            return _rendered(view(request, *args, **kwargs))

    return _declared(served, Access("public"))


def entrance(view: View) -> View:
    """Open to anyone, and may write: the doors of the portal (first administrator, demonstration sign-in)."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return _rendered(view(request, *args, **kwargs))

    return _declared(served, Access("entrance"))


@overload
def reads(view: V) -> V: ...
@overload
def reads(*, trace: str = "", audience: Audience = ANYONE) -> Callable[[V], V]: ...
def reads(view: Any = None, *, trace: str = "", audience: Audience = ANYONE) -> Any:
    """For signed-in people; writes nothing but its trace, whose sentence may name the URL's arguments."""

    def decorate(view: View) -> View:
        @wraps(view)
        def served(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if denied := _gate(request, audience):
                return denied
            with no_write():
                response = _rendered(view(request, *args, **kwargs))
            if trace and response.status_code == 200:
                _trace(request, view, trace.format(**kwargs))
            return response

        return _declared(served, Access("reads", trace, audience))

    return decorate(view) if view else decorate


@overload
def writes(view: V) -> V: ...
@overload
def writes(*, step_up: bool = False, audience: Audience = ANYONE) -> Callable[[V], V]: ...
def writes(view: Any = None, *, step_up: bool = False, audience: Audience = ANYONE) -> Any:
    """For signed-in people; with `step_up`, only after a fresh proof of identity, asked before the form is filled."""

    def decorate(view: View) -> View:
        @wraps(view)
        def served(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if denied := _gate(request, audience):
                return denied
            if step_up and not has_stepped_up(request):
                return step_up_first(request)
            if request.method in SAFE:
                with no_write():
                    return _rendered(view(request, *args, **kwargs))
            return _exactly_once(request, lambda: _rendered(view(request, *args, **kwargs)))

        return _declared(served, Access("writes", "", audience, step_up))

    return decorate(view) if view else decorate


def has_stepped_up(request: HttpRequest) -> bool:
    """True when the person proved his identity within the last minutes (setting of the account library)."""
    try:
        raise_if_reauthentication_required(request, app="allauth.account")
    except ReauthenticationRequired:
        return False
    return True


def step_up_first(request: HttpRequest) -> HttpResponseRedirect:
    """Sends to the proof of identity, and back to this page."""
    back = request.get_full_path() if request.method in SAFE else _referer(request)
    return HttpResponseRedirect(f"{resolve_url('account_reauthenticate')}?{urlencode({'next': back})}")


def _referer(request: HttpRequest) -> str:
    """The page that held the form, when it is ours."""
    referer = request.headers.get("Referer", "")
    own = f"{request.scheme}://{request.get_host()}"
    return referer.removeprefix(own) if referer.startswith(own + "/") else request.path


@contextmanager
def no_write() -> Iterator[None]:
    """Refuses any statement that would change the database."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip(" (").upper().startswith(_WRITES):
            raise PermissionDenied("Cette page ne fait que lire : une écriture a été refusée.")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def _declared(served: View, access: Access) -> View:
    served.access = access  # type: ignore[attr-defined]
    return served


def _rendered(response: Any) -> Any:
    """Lazy answers are rendered inside the guard and the transaction they belong to."""
    return response.render() if hasattr(response, "render") and not response.is_rendered else response


def _gate(request: HttpRequest, audience: Audience) -> HttpResponse | None:
    user: Any = request.user
    if not user.is_authenticated:
        target = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{target}")
    if audience == STAFF and not user.is_agent:
        raise Http404
    if audience == OFFICIAL and not user.is_staff_member:
        raise Http404
    if audience == VENDOR and user.is_staff_member:
        raise Http404
    return None


def _trace(request: HttpRequest, view: View, sentence: str) -> None:
    name = f"{view.__module__}.{view.__name__}"
    user: Any = request.user
    trace_reading(actor_id=user.pk, view=name, sentence=sentence, path=request.path, at=timezone.now())


class _Unsaved(Exception):
    """Carries out of the transaction an answer that saved nothing."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def _exactly_once(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    key = _key(request)
    try:
        with transaction.atomic():
            if key and (former := _taken(key, request)) is not None:
                return HttpResponseRedirect(former or request.path)
            response = answer()
            if response.status_code not in REDIRECTS:
                raise _Unsaved(response)
            if key:
                Submission.objects.filter(pk=key).update(location=response["Location"][:500])
            return response
    except _Unsaved as unsaved:
        return unsaved.response


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(KEY, ""))
    except ValueError:
        return None


def _taken(key: uuid.UUID, request: HttpRequest) -> str | None:
    """Takes the key (None), or says where its first use led. A concurrent use waits here for the first to end."""
    try:
        with transaction.atomic():
            Submission.objects.create(pk=key, user_id=request.user.pk, at=timezone.now())
    except IntegrityError:
        former = Submission.objects.filter(pk=key, user_id=request.user.pk).first()
        return former.location if former else ""
    return None
