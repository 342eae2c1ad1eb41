"""Who must go through a door first: whoever installs the portal, staff without second factor (AN-05), idle sessions."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import urlencode

from . import queries

ENROLLED = "second_factor_enrolled"  # session: this session added the factor, and so proved it
DEMO = "demo_signin"  # session: opened by the one-click sign-in of the demonstration
OPENED = "opened_at"  # session: seconds since the epoch, as all authentication records
SEEN = "seen_at"  # session: last request, true to the minute so that reading hardly ever writes
COARSE = 60  # seconds
ENROLMENT = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})
OPEN = ENROLMENT | {
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "proconnect_again",
    "proconnect_login",
    "proconnect_callback",
    "account_logout",
    "healthz",
    "readyz",
}


def has_proved(request: HttpRequest) -> bool:
    """True when this session holds a proof of a second factor (or stands for one, in the demonstration)."""
    if settings.DEMO and settings.EMBEDDED and request.session.get(DEMO):
        return True
    if request.session.get(ENROLLED) == request.user.pk:
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


class OpenSession:
    """Closes a session left idle, or open too long (AN-08); signing out also empties what the browser kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve; to a session that has ended, as to anybody."""
        came_signed_in = request.user.is_authenticated
        if came_signed_in and _ended(request, now=time.time()):
            logout(request)
            messages.info(request, "Votre session est fermée : elle est restée trop longtemps inactive ou ouverte.")
        response = self.get_response(request)
        if came_signed_in and not (request.user and request.user.is_authenticated):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _ended(request: HttpRequest, *, now: float) -> bool:
    """True when the session must end; otherwise it is marked as seen, once a minute at most."""
    user: Any = request.user
    session = request.session
    idle = settings.SESSION_IDLE_STAFF if user.is_staff_member else settings.SESSION_IDLE_VENDOR
    opened, seen = session.get(OPENED, now), session.get(SEEN, now)
    if now - seen > idle or now - opened > settings.SESSION_COOKIE_AGE:
        return True
    if OPENED not in session or now - seen > COARSE:
        session[OPENED], session[SEEN] = opened, now
    return False


class FirstAdministrator:
    """Until somebody has been administrator, every page of a portal just installed leads to the one that makes him."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.settled = False  # once true, true for ever

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve, or send to the installation."""
        self.settled = self.settled or settings.DEMO or not queries.first_administrator_missing()
        if self.settled or request.path.startswith((settings.STATIC_URL, "/api/")):
            return self.get_response(request)
        if _name(request) in {"first_administrator", "healthz", "readyz", "accessibility"}:
            return self.get_response(request)
        return HttpResponseRedirect(reverse("first_administrator"))


class SecondFactorForStaff:
    """Sends a member of staff to the enrolment of a second factor, or to its proof, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve, or send to the second factor."""
        user: Any = request.user
        if not user.is_authenticated or not user.is_staff_member or has_proved(request):
            return self.get_response(request)
        name = _name(request)
        if request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        if name not in OPEN:
            return _to_second_factor(request)
        response = self.get_response(request)
        if name in ENROLMENT and request.method == "POST" and response.status_code == 302 and is_mfa_enabled(user):
            request.session[ENROLLED] = user.pk
        return response


def _name(request: HttpRequest) -> str:
    try:
        match: ResolverMatch = resolve(request.path_info)
    except Resolver404:
        return ""
    return match.url_name or ""


def _to_second_factor(request: HttpRequest) -> HttpResponseRedirect:
    if is_mfa_enabled(request.user, ["totp", "webauthn"]):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
    return HttpResponseRedirect(reverse("mfa_index"))
