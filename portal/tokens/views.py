"""Pages « Jetons d’API »: list, creation (the token is shown once), revocation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from portal.lifecycle.registry import may, moves_open_to
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in

from . import operations, queries
from .forms import TokenForm
from .lifecycle import Move
from .models import ApiToken

COOKIE = (
    "jeton-cree"  # carries the text from the creation to the page that shows it: never the database, never a session
)
SHOWN_FOR = 120  # seconds


def _administrators_only(request: HttpRequest) -> None:
    if not may(request.user, Move.CREATE, ApiToken()):
        raise Http404


@reads(trace="Consultation des jetons d’API", audience=STAFF)
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, what they may do, when they last served; the one just made, once."""
    _administrators_only(request)
    page = Paginator(queries.listed(request.user), 50).get_page(request.GET.get("page"))
    context = {"page": page, "now": timezone.now(), "breadcrumb": [("Jetons d’API", "")]}
    return render(request, "portal/tokens/tokens.html", context)


@reads(audience=STAFF)
def token(request: HttpRequest, prefix: str) -> HttpResponse:
    """One token; right after its creation its text is shown, this once."""
    _administrators_only(request)
    found = get_object_or_404(queries.listed(request.user), prefix=prefix)
    text = request.COOKIES.get(COOKIE, "")
    context = {
        "token": found,
        "text": text if text.startswith(f"ror_{prefix}_") else "",
        "can_revoke": Move.REVOKE in moves_open_to(request.user, found),
        "now": timezone.now(),
        "breadcrumb": _trail((found.name, "")),
    }
    response = render(request, "portal/tokens/token.html", context)
    response.delete_cookie(COOKIE, path=_path(prefix), samesite="Strict")
    return response


@writes(step_up=True, audience=STAFF)
def token_create(request: HttpRequest) -> HttpResponse:
    """A new token."""
    _administrators_only(request)
    form = TokenForm(request.POST or None, now=timezone.now())
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form):
            made, text = operations.create(
                name=given["name"],
                scopes=given["scopes"],
                environments=given["environments"],
                owner=given["owner"],
                owner_agent=request.user if given["follows_me"] else None,
                expires_at=given["expires_on"],
                by=request.user,
            )
            return _shown_once(made, text)
    context = {"form": form, "cancel": reverse("tokens"), "breadcrumb": _trail(("Nouveau jeton", ""))}
    return render(request, "portal/tokens/token_create.html", context)


@writes(step_up=True, audience=STAFF)
def token_revoke(request: HttpRequest, prefix: str) -> HttpResponse:
    """Ends a token, after a confirmation."""
    _administrators_only(request)
    found = get_object_or_404(queries.listed(request.user), prefix=prefix)
    if request.method == "POST":
        operations.revoke(found, by=request.user)
        messages.success(request, f"Le jeton « {found.name} » est révoqué : il n’est plus accepté.")
        return redirect("token", prefix)
    trail = _trail((found.name, _path(prefix)), ("Révoquer", ""))
    return render(request, "portal/tokens/token_revoke.html", {"token": found, "breadcrumb": trail})


def _trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Jetons d’API", reverse("tokens")), *steps]


def _path(prefix: str) -> str:
    return reverse("token", args=[prefix])


def _shown_once(made: ApiToken, text: str) -> HttpResponse:
    response: Any = redirect("token", made.prefix)
    response.set_cookie(
        COOKIE,
        text,
        max_age=SHOWN_FOR,
        path=_path(made.prefix),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response
