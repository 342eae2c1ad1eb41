"""Pages of rights: list, sheet (agents and the holder's members), connection data, production address."""

from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from policy.certificates.environments import Environment, from_slug
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import may, moves_open_to
from portal.parties import queries as parties
from portal.web.access import STAFF, VENDOR, reads, writes
from portal.web.acting import posted, refusals_in, status_of

from . import instructions, operations, queries, remarks
from .direction import Direction
from .forms import ConnectionForm, ProductionUrlForm, ReadingForm, SearchForm, SecretForm
from .lifecycle import DECLARERS, GUARDIANS, OPEN, WATCHERS, Move, State
from .models import EVIDENCE_COLUMNS, ConnectionData, Grant
from .readiness import REQUIRED, Fact

PAGE = 50
COOKIE = "secret-lu"  # carries the text from the reading to the page that shows it
SHOWN_FOR = 120  # seconds


def _found(request: HttpRequest, reference: str) -> Grant:
    rows = Grant.objects.visible_to(request.user).select_related("holder", "service", "tests_verified_by")
    return get_object_or_404(rows, reference=reference)


def _trail(grant: Grant, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Habilitations", reverse("grants")), (grant.reference, reverse("grant", args=[grant.reference])), *steps]


@reads
def grants(request: HttpRequest) -> HttpResponse:
    """The rights that the person may see, filtered by state and words."""
    form, state = SearchForm(request.GET), request.GET.get("etat", "")
    words = form.cleaned_data["mots"] if form.is_valid() else ""
    rows = Grant.objects.visible_to(request.user)
    wanted = [state] if state in set(State) else []
    page = Paginator(queries.listed(rows, states=wanted, words=words), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "states": list(State),
        "state": state,
        "words": words,
        "query": urlencode({"etat": state, "mots": words}) if state or words else "",
        "form": form,
        "breadcrumb": [("Habilitations", "")],
    }
    return render(request, "policy/grants/grants.html", context)


@reads(trace="Consultation de l’habilitation {reference}")
def grant(request: HttpRequest, reference: str) -> HttpResponse:
    """The sheet: what was granted, what production waits for, connection data."""
    found, user = _found(request, reference), cast(Any, request.user)
    moves = moves_open_to(user, found)
    connections = {data.environment: data for data in queries.connections_of(found)}
    context = {
        "grant": found,
        "facts": [_fact(found, fact) for fact in REQUIRED[Direction(found.direction)]],
        "lacking": queries.lacking_facts(found),
        "restrictions": queries.restrictions_of(found),
        "terms": list(found.terms.order_by("-number")),
        "remarks": remarks.of(found),
        "may_sanction": user.is_agent and bool(GUARDIANS & user.staff_roles) and found.state != State.WITHDRAWN,
        "environments": [(environment, connections.get(environment)) for environment in Environment],
        "has_connection": bool(connections) and queries.may_read_connection(request.user, found),
        "may_hand_over": Move.HAND_OVER in moves,
        "may_declare_url": Move.RECORD_PRODUCTION_URL in moves and found.state == State.PENDING,
        "may_change": bool(DECLARERS & parties.roles_in(request.user, found.holder_id)),
        "may_open_case": user.is_agent and bool(WATCHERS & user.staff_roles),
        "may_issue_secret": Move.ISSUE_SECRET in moves and not found.needs_certificate,
        "may_read_secret": Move.READ_SECRET in moves and not found.needs_certificate,
        "secret_waits": any(data.waits_to_be_read for data in connections.values()),
        "may_withdraw": Move.WITHDRAW in moves,
        "may_propose": _may_propose(request.user, found),
        "breadcrumb": _trail(found),
    }
    return render(request, "policy/grants/grant.html", context)


def _may_propose(user: Any, grant: Grant) -> bool:
    return StaffRole.WHITELIST_MANAGER in user.staff_roles and grant.state in OPEN


def _fact(grant: Grant, fact: Fact) -> dict[str, Any]:
    standing = grant.standings[fact]
    values = {
        Fact.CHARTER: grant.charter_signed_at,
        Fact.TESTS: grant.tests_verified_at,
        Fact.LIST: grant.list_reference,
        Fact.ATTESTATION: grant.customer_attestation_ref,
    }
    return {
        "fact": fact,
        "value": values[fact],
        "holds": standing.holds,
        "origin": standing.origin,
        "evidence": getattr(grant, EVIDENCE_COLUMNS[fact]),
    }


@reads(trace="Lecture de la page « Comment se connecter » de l’habilitation {reference}")
def how_to_connect(request: HttpRequest, reference: str) -> HttpResponse:
    """How the service connects in each environment, once its data were handed over: never a secret."""
    found = _found(request, reference)
    if not queries.may_read_connection(request.user, found):
        raise NotPermitted("Les données de connexion sont réservées à ceux qui préparent le service.")
    shown = [_instructions(found, data) for data in queries.connections_of(found)]
    context = {"grant": found, "shown": shown, "breadcrumb": _trail(found, ("Comment se connecter", ""))}
    return render(request, "policy/grants/how_to_connect.html", context)


def _instructions(grant: Grant, data: ConnectionData) -> dict[str, Any]:
    told = instructions.Data(
        direction=Direction(grant.direction),
        client_id=data.client_id,
        token_url=data.token_url,
        api_url=data.api_url,
        needs_certificate=grant.needs_certificate,
        headers=data.headers,
    )
    environment = Environment(data.environment)
    return {
        "environment": environment,
        "data": data,
        "needs": instructions.needs(told),
        "calls": instructions.calls(told),
        "is_open": environment is Environment.SANDBOX or grant.state == State.ACTIVE,
    }


@writes(audience=STAFF)
def connection(request: HttpRequest, reference: str, environment: str) -> HttpResponse:
    """The agency hands over what the service connects with in one environment."""
    found, where = _found(request, reference), _environment(environment)
    _early(request, Move.HAND_OVER, found)
    form = ConnectionForm(request.POST or None, grant=found, data=queries.connection_of(found, where))
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("client_id", "token_url", "api_url")}
        with refusals_in(form):
            operations.hand_over(found, environment=where, headers=form.headers(), by=request.user, **given)
            messages.success(request, f"Les données de connexion ({where.label.lower()}) sont remises à l’éditeur.")
            return redirect("grant", reference)
    trail = _trail(found, (f"Données de connexion : {where.label.lower()}", ""))
    context = {"grant": found, "environment": where, "form": form, "cancel": trail[1][1], "breadcrumb": trail}
    return render(request, "policy/grants/connection.html", context)


@writes
def production_url(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor declares the address of its service in production."""
    found = _found(request, reference)
    _early(request, Move.RECORD_PRODUCTION_URL, found)
    form = ProductionUrlForm(request.POST or None, initial={"url": found.production_url or found.service.url})
    if form.is_valid():
        with refusals_in(form):
            operations.record_production_url(found, url=form.cleaned_data["url"].strip(), by=request.user)
            messages.success(request, "L’adresse de production est enregistrée.")
            return redirect("grant", reference)
    trail = _trail(found, ("Adresse de production", ""))
    context = {"grant": found, "form": form, "cancel": trail[1][1], "breadcrumb": trail}
    return render(request, "policy/grants/production_url.html", context)


@writes(step_up=True, audience=STAFF)
def secret_issue(request: HttpRequest, reference: str, environment: str) -> HttpResponse:
    """The agency hands over the secret of a service of profile 0, which the vendor will read once."""
    found, where = _found(request, reference), _environment(environment)
    _early(request, Move.ISSUE_SECRET, found)
    form = SecretForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            operations.issue_secret(found, environment=where, secret=form.cleaned_data["secret"], by=request.user)
            messages.success(request, "Le secret est remis : l’éditeur est invité à le lire, une seule fois.")
            return redirect("grant", reference)
    trail = _trail(found, (f"Remettre un secret : {where.label.lower()}", ""))
    data = queries.connection_of(found, where)
    context = {"grant": found, "environment": where, "data": data, "form": form, "breadcrumb": trail}
    return render(request, "policy/grants/secret_issue.html", context, status=status_of(form))


@writes(step_up=True, audience=VENDOR)
def secret(request: HttpRequest, reference: str, environment: str) -> HttpResponse:
    """The vendor asks to read the secret: said first that it is shown once only."""
    found, where = _found(request, reference), _environment(environment)
    _early(request, Move.READ_SECRET, found)
    form = ReadingForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            text = operations.read_secret(found, environment=where, by=request.user)
            return _shown_once(found, where, text)
    data = queries.connection_of(found, where)
    trail = _trail(found, (f"Secret : {where.label.lower()}", ""))
    context = {"grant": found, "environment": where, "data": data, "form": form, "breadcrumb": trail}
    return render(request, "policy/grants/secret.html", context, status=status_of(form))


@reads(trace="Affichage du secret de l’habilitation {reference}", audience=VENDOR)
def secret_shown(request: HttpRequest, reference: str, environment: str) -> HttpResponse:
    """The secret just read, this once; opened again, the page only says where to turn."""
    found, where = _found(request, reference), _environment(environment)
    text = request.COOKIES.get(COOKIE, "")
    trail = _trail(found, (f"Secret : {where.label.lower()}", ""))
    data = queries.connection_of(found, where)
    context = {"grant": found, "environment": where, "data": data, "text": text, "breadcrumb": trail}
    response = render(request, "policy/grants/secret_shown.html", context)
    response.delete_cookie(COOKIE, path=request.path, samesite="Strict")
    return response


def _shown_once(grant: Grant, environment: Environment, text: str) -> HttpResponse:
    """Leads to the page that shows the text, carried by the reader's own browser, never by a session."""
    page = reverse("grant_secret_shown", args=[grant.reference, environment.slug])
    response: Any = redirect(page)
    response.set_cookie(
        COOKIE,
        text,
        max_age=SHOWN_FOR,
        path=page,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _environment(slug: str) -> Environment:
    where = from_slug(slug)
    if where is None:
        raise Http404
    return where


def _early(request: HttpRequest, move: Move, grant: Grant) -> None:
    """Says no before the form is filled; the operation decides again on the locked row."""
    if not may(request.user, move, grant):
        raise NotPermitted("Vos rôles ne permettent pas cette action sur cette habilitation.")
