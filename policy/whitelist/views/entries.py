"""Pages of the whitelist: the list and its publications, an entry and its acts, « Mon accès » of a vendor."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from policy.certificates.environments import Environment, from_slug
from policy.certificates.lifecycle import NameState
from policy.grants import queries as grants
from policy.grants import remarks
from policy.grants.direction import Direction
from policy.grants.lifecycle import DECLARERS
from policy.grants.lifecycle import Move as GrantMove
from policy.grants.models import Grant
from policy.grants.readiness import REQUIRED
from policy.grants.restrictions import Scope as GrantScope
from portal.audit import queries as audit
from portal.audit import signing
from portal.calendar.deadlines import paris_date
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.parameters import queries as parameters
from portal.parties import queries as parties
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in
from portal.web.forms import Form

from .. import acts, applied, operations, queries
from ..acts import Act
from ..forms import GroundsForm, ProposalForm, SearchForm
from ..lifecycle import Move, State
from ..models import ListLoss, Publication, WhitelistEntry

PAGE = 50
THIRTY_DAYS = timedelta(days=29)  # today and the twenty-nine days before


def _entry(request: HttpRequest, reference: str) -> WhitelistEntry:
    rows = WhitelistEntry.objects.visible_to(request.user)
    related = ("grant__holder", "grant__service", "proposed_by", "approved_by", "reinstatement_proposed_by")
    return get_object_or_404(rows.select_related(*related), reference=reference)


def _grant(request: HttpRequest, reference: str) -> Grant:
    rows = Grant.objects.visible_to(request.user).select_related("holder", "service")
    return get_object_or_404(rows, reference=reference)


def _trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Liste blanche", reverse("whitelist")), *steps]


@reads(trace="Consultation de la liste blanche", audience=STAFF)
def whitelist(request: HttpRequest) -> HttpResponse:
    """The entries of one environment, by state, and what is published now."""
    environment = from_slug(request.GET.get("environnement", Environment.PRODUCTION.slug))
    if environment is None:
        raise Http404
    form, state = SearchForm(request.GET), request.GET.get("etat", "")
    words = form.cleaned_data["mots"] if form.is_valid() else ""
    rows = WhitelistEntry.objects.visible_to(request.user)
    wanted = [state] if state in set(State) else []
    found = queries.listed(rows, environment=environment, states=wanted, words=words)
    counts = queries.state_counts(environment, request.user)
    context = {
        "environment": environment,
        "environments": list(Environment),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "chips": [(one, counts.get(one.value, 0)) for one in State],
        "total": sum(counts.values()),
        "state": state,
        "words": words,
        "form": form,
        "query": urlencode({"environnement": environment.slug, "etat": state, "mots": words}),
        "publications": queries.recent_publications(environment),
        "key": _key_id(),
        "losses": ListLoss.objects.open().filter(environment=environment),
        "now": timezone.now(),
        "breadcrumb": _trail(),
    }
    return render(request, "policy/whitelist/whitelist.html", context)


def _key_id() -> str:
    try:
        return queries.signer().key_id
    except signing.KeyUnavailable as error:
        return str(error)


@reads(trace="Consultation de l’inscription {reference}", audience=STAFF)
def entry(request: HttpRequest, reference: str) -> HttpResponse:
    """One entry: what it froze, what approving it would change, who did what."""
    found = _entry(request, reference)
    pending = found.state == State.PROPOSED
    context = {
        "entry": found,
        "grant": found.grant,
        "certificates": list(found.certificates.select_related("certificate", "cut").order_by("fingerprint")),
        "names": list(found.names.select_related("declared").order_by("pk")),
        "facts": [(fact, found.standings[fact]) for fact in REQUIRED[Direction(found.direction)]],
        "plan": queries.plan_of(found) if pending else None,
        "addresses": queries.addresses(found.grant) if pending else [],
        "next_version": queries.latest_version(found.environment) + 1,
        "acts": acts.open_to(request.user, found),
        "four_eyes": _approval_of(request.user, found) if pending else None,
        "history": audit.sentences(audit.about(found.reference)),
        "now": timezone.now(),
        "breadcrumb": _trail((found.reference, "")),
    }
    return render(request, "policy/whitelist/entry.html", context)


def _approval_of(user: Any, entry: WhitelistEntry) -> str | None:
    """Who approves, for a reader; why not you, for a manager; None for the one who may."""
    governed = registry.of(WhitelistEntry)
    if not governed.edge(Move.APPROVE).by & registry.held_roles(governed, user, entry):
        return "Un gestionnaire de la liste blanche, autre que celui qui l’a proposée, approuve cette inscription."
    return governed.refusal(user, Move.APPROVE, entry)


@reads(trace="Consultation de « Mon accès » de l’habilitation {reference}")
def access(request: HttpRequest, reference: str) -> HttpResponse:
    """« Mon accès »: am I on the list, with what, until when, and how do I connect."""
    found, now = _grant(request, reference), timezone.now()
    in_force, announced = queries.entries_of(found)
    connections = {data.environment: data for data in grants.connections_of(found)}
    quotas = parameters.values("quota.per_service", "quota.per_api", at=now)
    context = {
        "grant": found,
        "remarks": remarks.of(found),
        "restrictions": (closed := grants.restrictions_of(found)),
        "is_stopped": any(one.scope == GrantScope.RIGHT for one in closed),
        "lists": [
            _access(found, environment, in_force.get(environment))
            | {"scheduled": announced.get(environment), "connection": connections.get(environment)}
            for environment in reversed(Environment)
        ],
        "may_change": bool(DECLARERS & parties.roles_in(request.user, found.holder_id)),
        "may_connect": grants.may_read_connection(request.user, found),
        "per_service": quotas["quota.per_service"],
        "per_api": quotas["quota.per_api"],
        "now": now,
        "breadcrumb": [
            ("Habilitations", reverse("grants")),
            (found.reference, reverse("grant", args=[reference])),
            ("Mon accès", ""),
        ],
    }
    return render(request, "policy/whitelist/access.html", context)


def _access(grant: Grant, environment: Environment, in_force: WhitelistEntry | None) -> dict[str, Any]:
    """What is in force in one environment, and who applies it."""
    certificates = list(in_force.certificates.select_related("cut").order_by("not_after")) if in_force else []
    now = timezone.now()
    there, behind = applied.of(environment, in_force.published_version if in_force else None, at=now)
    return {
        "environment": environment,
        "entry": in_force,
        "certificates": certificates,
        "next_expiry": next((one.not_after for one in certificates if not hasattr(one, "cut")), None),
        "names": list(in_force.names.filter(declared__state=NameState.DECLARED)) if in_force else [],
        "is_cut": bool(certificates) and all(hasattr(one, "cut") for one in certificates),
        "publication": _first_publication(in_force),
        "applied": there,
        "behind": behind,
        "calls": applied.calls(grant.service_id, environment, paris_date(now) - THIRTY_DAYS),
    }


def _first_publication(entry: WhitelistEntry | None) -> Publication | None:
    if entry is None or entry.published_version is None:
        return None
    return queries.publication_dates(entry.environment, entry.published_version)


RUN: dict[Move, Callable[..., None]] = {
    Move.APPROVE: operations.approve,
    Move.REJECT: operations.reject,
    Move.SUSPEND: operations.suspend,
    Move.PROPOSE_REINSTATEMENT: operations.propose_reinstatement,
    Move.REINSTATE: operations.reinstate,
    Move.KEEP_SUSPENDED: operations.keep_suspended,
    Move.WITHDRAW: operations.withdraw,
}


@writes(step_up=True, audience=STAFF)
def decide(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """An act that opens or closes the gateways: after a fresh proof of identity."""
    return _act(request, reference, acts.BY_SLUG[slug])


@writes(audience=STAFF)
def answer(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """An act that only prepares or refuses."""
    return _act(request, reference, acts.BY_SLUG[slug])


def _act(request: HttpRequest, reference: str, act: Act) -> HttpResponse:
    found = _entry(request, reference)
    _early(request, act.move, found)
    form = (GroundsForm if act.needs_grounds else Form)(posted(request))
    if form.is_valid():
        with refusals_in(form):
            RUN[act.move](found, by=request.user, **form.cleaned_data)
            messages.success(request, act.done)
            return redirect("entry", reference)
    context = {
        "entry": found,
        "act": act,
        "form": form,
        "plan": queries.plan_of(found) if act.move == Move.APPROVE else None,
        "addresses": queries.addresses(found.grant),
        "next_version": queries.latest_version(found.environment) + 1,
        "now": timezone.now(),
        "cancel": reverse("entry", args=[reference]),
        "breadcrumb": _trail((reference, reverse("entry", args=[reference])), (act.label, "")),
    }
    return render(request, "policy/whitelist/act.html", context)


def _early(request: HttpRequest, move: Move, subject: WhitelistEntry) -> None:
    """Says no before the form is filled; the operation decides again on the locked row."""
    if refusal := registry.of(WhitelistEntry).refusal(request.user, move, subject):
        raise NotPermitted(refusal)


@writes(audience=STAFF)
def propose(request: HttpRequest, reference: str, environment: str = Environment.PRODUCTION.slug) -> HttpResponse:
    """A manager proposes an entry; what is missing is said first."""
    found, where, now = _grant(request, reference), from_slug(environment), timezone.now()
    if where is None:
        raise Http404
    _early(request, Move.PROPOSE, WhitelistEntry(grant=found, environment=where))
    form = ProposalForm(
        posted(request),
        grant=found,
        certificates=(usable := queries.usable_certificates(found, where, at=now)),
        ticked=len(usable) < 2 or not queries.has_another_right(found),
        url=found.production_url or found.service.url,
        now=now,
    )
    if form.is_valid():
        with refusals_in(form):
            made = operations.propose(
                found,
                environment=where,
                effective_at=form.cleaned_data["effective_on"],
                url=form.cleaned_data["url"],
                certificates=form.chosen(),
                narrowed=form.narrowed(),
                by=request.user,
            )
            messages.success(request, f"L’inscription {made.reference} est proposée : une autre personne l’approuve.")
            return redirect("entry", made.reference)
    context = {
        "grant": found,
        "environment": where,
        "missing": queries.missing_for(found, where, at=now),
        "names": queries.admissible_names(found, where, at=now),
        "form": form,
        "cancel": reverse("grant", args=[reference]),
        "breadcrumb": _trail((f"Proposer {found.service_name}", "")),
    }
    return render(request, "policy/whitelist/propose.html", context)


@writes(step_up=True, audience=STAFF)
def withdraw_right(request: HttpRequest, reference: str) -> HttpResponse:
    """Ends a right and takes its entries off both lists."""
    found = _grant(request, reference)
    if not registry.may(request.user, GrantMove.WITHDRAW, found):
        raise NotPermitted("Seul un gestionnaire de la liste blanche retire une habilitation.")
    form = GroundsForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.withdraw_right(found, grounds=form.cleaned_data["grounds"], by=request.user)
            messages.success(request, f"L’habilitation {reference} est retirée.")
            return redirect("grant", reference)
    sheet = reverse("grant", args=[reference])
    context = {
        "grant": found,
        "entries": list(WhitelistEntry.objects.living().filter(grant=found).order_by("pk")),
        "form": form,
        "cancel": sheet,
        "breadcrumb": [("Habilitations", reverse("grants")), (reference, sheet), ("Retirer", "")],
    }
    return render(request, "policy/whitelist/withdraw_right.html", context)
