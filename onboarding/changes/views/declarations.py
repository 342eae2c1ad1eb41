"""Pages of declarations: declare, sign, and for the agency examine, answer, apply."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding.changes import queries, rules
from onboarding.changes.forms import (
    AcceptanceForm,
    CallOffForm,
    DeclarationForm,
    GroundsForm,
    KindForm,
    SignatureForm,
)
from onboarding.changes.kinds import Kind, Level
from onboarding.changes.lifecycle import Move, State
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import declaring
from onboarding.changes.queries import handovers
from policy.grants.models import Grant
from portal.calendar.deadlines import paris_date
from portal.documents import operations as documents
from portal.documents.filetypes import SCANS
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.parties.lifecycle import InvitationMove
from portal.parties.models import Invitation
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.lists import by_state

PAGE = 25


@reads
def changes(request: HttpRequest) -> HttpResponse:
    """The declarations one may see, those still open first."""
    context = {
        **by_state(request, State, queries.listed, size=PAGE),
        "rules": rules.RULES.values(),
        "breadcrumb": [("Changements", "")],
    }
    return render(request, "onboarding/changes/changes.html", context)


@reads
def change_kind(request: HttpRequest, reference: str) -> HttpResponse:
    """What changes? The rules say beforehand what each answer reopens."""
    grant = _declarable(request, reference)
    kinds = queries.kinds_for(grant)
    form = KindForm(request.GET or None, kinds=kinds)
    if request.GET and form.is_valid():
        return redirect("change_new", reference, form.cleaned_data["kind"])
    context = {
        "grant": grant,
        "form": form,
        "rules": [rules.RULES[kind] for kind in kinds],
        "open": queries.of_grant(grant, request.user),
        "cancel": reverse("grant", args=[reference]),
        "breadcrumb": _below(grant, "Déclarer un changement"),
    }
    return render(request, "onboarding/changes/change_kind.html", context)


@writes
def change_new(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """The declaration itself, with what is in force beside it."""
    grant = _declarable(request, reference)
    if slug not in set(queries.kinds_for(grant)):
        raise Http404
    kind, now = Kind(slug), timezone.now()
    form = DeclarationForm(posted(request), request.FILES or None, kind=kind, choices=_choices(grant, kind, now))
    if form.is_valid():
        with refusals_in(form):
            made = _prepare(grant, kind, form, by=request.user)
            messages.success(request, f"La déclaration {made} est prête : le représentant légal la signe.")
            return redirect("change", made.reference)
    rule = rules.RULES[kind]
    context = {
        "grant": grant,
        "rule": rule,
        "form": form,
        "former": queries.former_value(grant, kind),
        "earliest": queries.earliest_date(rules.consequence(kind), kind, at=now),
        "cancel": reverse("change_kind", args=[reference]),
        "breadcrumb": _below(grant, kind.label),
    }
    return render(request, "onboarding/changes/change_new.html", context, status=status_of(form))


def _choices(grant: Grant, kind: Kind, now: Any) -> list[tuple[str, str]]:
    if kind is Kind.CERTIFICATE:
        return [(one.reference, f"{one.reference} – {one.subject}") for one in queries.new_certificates(grant, at=now)]
    held = queries.draft_list(grant) if kind is Kind.ESTABLISHMENTS else None
    return [(held.reference, f"{held.reference} : {held.valid_count} établissements valides")] if held else []


def _prepare(grant: Grant, kind: Kind, form: DeclarationForm, *, by: Any) -> ChangeDeclaration:
    data = dict(form.cleaned_data)
    upload = data.pop("piece")
    piece = None
    if upload:
        content = upload.read()
        piece = documents.deposit(upload.name, content, by=by, allowed=SCANS, field="piece", owner=grant.holder)
    return declaring.prepare(grant, kind=kind, piece=piece, by=by, **data)


@reads(trace="Consultation de la déclaration de changement {reference}")
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """A declaration: old and new side by side, what it reopens, where it stands, what one may do."""
    return _page(request, _found(request, reference))


def _page(request: HttpRequest, found: ChangeDeclaration, **bound: Any) -> HttpResponse:
    moves = registry.moves_open_to(request.user, found)
    now = timezone.now()
    dates = [found.wished_date, found.earliest_date, paris_date(now)]
    forms = {
        "signature": SignatureForm(initial={"version": found.version}),
        "acceptance": AcceptanceForm(initial={"effective_date": max(day for day in dates if day)}),
        "refusal": GroundsForm(),
    }
    kind = Kind(found.kind)
    expected = rules.consequence(kind, changes_profile=found.changes_profile)
    context = {
        "declaration": found,
        "grant": found.grant,
        "rule": rules.RULES[kind],
        "level": Level(found.level) if found.level else expected.level,
        "blocks": [block.label for block in expected.blocks],
        "moves": {str(move) for move in moves},
        "due": queries.answer_due(found, at=now),
        "earliest": found.earliest_date or queries.earliest_date(expected, kind, at=now),
        "waits_for": queries.before_acceptance(found) if Move.ACCEPT in moves else "",
        "handover": handovers.of(found, request.user, at=now),
        "has_right": queries.has_right(request.user, found),
        "may_invite": registry.may(request.user, InvitationMove.INVITE, Invitation(legal_entity=found.grant.holder)),
        "breadcrumb": [("Changements", reverse("changes")), (found.reference, "")],
        **(forms | bound),
    }
    return render(request, "onboarding/changes/change.html", context, status=422 if bound else 200)


@writes(step_up=True)
def change_sign(request: HttpRequest, reference: str) -> HttpResponse:
    """The legal representative signs."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.SIGN, found)
    form = SignatureForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            declaring.sign(found, version=form.cleaned_data["version"], by=request.user)
            messages.success(request, f"La déclaration {found} est signée et transmise à l’agence.")
            return redirect("change", reference)
    return _page(request, found, signature=form) if form.errors else redirect("change", reference)


@require_POST
@writes(audience=STAFF)
def change_take(request: HttpRequest, reference: str) -> HttpResponse:
    """An agent examines."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.TAKE, found)
    declaring.take(found, by=request.user)
    return redirect("change", reference)


@writes(audience=STAFF)
def change_accept(request: HttpRequest, reference: str) -> HttpResponse:
    """The change is granted."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.ACCEPT, found)
    form = AcceptanceForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            declaring.accept(found, **form.cleaned_data, by=request.user)
            messages.success(request, f"La déclaration {found} est acceptée ; l’éditeur en est informé.")
            return redirect("change", reference)
    return _page(request, found, acceptance=form) if form.errors else redirect("change", reference)


@writes(audience=STAFF)
def change_refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """The change is refused, with grounds."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.REFUSE, found)
    form = GroundsForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            declaring.refuse(found, **form.cleaned_data, by=request.user)
            messages.success(request, f"La déclaration {found} est refusée ; le droit en vigueur ne change pas.")
            return redirect("change", reference)
    return _page(request, found, refusal=form) if form.errors else redirect("change", reference)


@require_POST
@writes(step_up=True, audience=STAFF)
def change_apply(request: HttpRequest, reference: str) -> HttpResponse:
    """What was granted is done; what the other slices refuse is said on the page."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.APPLY, found)
    form = AcceptanceForm({"effective_date": found.effective_date})
    form.is_valid()
    with refusals_in(form):
        declaring.apply(found, by=request.user)
        messages.success(request, f"La déclaration {found} est appliquée : {found.outcome}.")
        return redirect("change", reference)
    return _page(request, found, application=form)


@writes
def change_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor gives it up, after a confirmation."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.WITHDRAW, found)
    if request.method == "POST":
        declaring.withdraw(found, by=request.user)
        messages.success(request, f"La déclaration {found} est retirée.")
        return redirect("change", reference)
    trail = [("Changements", reverse("changes")), (reference, reverse("change", args=[reference])), ("Retirer", "")]
    context = {"declaration": found, "cancel": trail[1][1], "breadcrumb": trail}
    return render(request, "onboarding/changes/change_withdraw.html", context)


@writes
def change_call_off(request: HttpRequest, reference: str) -> HttpResponse:
    """Either side gives up what was accepted and not applied, with its reasons."""
    found = _found(request, reference)
    parties.refuse_early(request.user, Move.CALL_OFF, found)
    form = CallOffForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            declaring.call_off(found, **form.cleaned_data, by=request.user)
            messages.success(request, f"Le changement {found} est annulé ; le droit en vigueur ne change pas.")
            return redirect("change", reference)
    trail = [("Changements", reverse("changes")), (reference, reverse("change", args=[reference])), ("Annuler", "")]
    context = {"declaration": found, "form": form, "cancel": trail[1][1], "breadcrumb": trail}
    return render(request, "onboarding/changes/change_call_off.html", context, status=status_of(form))


def _declarable(request: HttpRequest, reference: str) -> Grant:
    grant = queries.grant_seen(request.user, reference)
    if grant is None:
        raise Http404
    parties.refuse_early(request.user, Move.PREPARE, ChangeDeclaration(grant=grant))
    return grant


def _found(request: HttpRequest, reference: str) -> ChangeDeclaration:
    found = queries.in_full(request.user, reference)
    if found is None:
        raise Http404
    return found


def _below(grant: Grant, title: str) -> list[tuple[str, str]]:
    return [(f"Habilitation {grant.reference}", reverse("grant", args=[grant.reference])), (title, "")]
