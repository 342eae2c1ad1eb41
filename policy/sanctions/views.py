"""Pages of measures: the list, one measure, opening one, and each act with what it changes and the letter it sends."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from policy.grants.models import Grant
from portal.audit import queries as audit
from portal.documents.models import StoredDocument
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.web.access import STAFF, VENDOR, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.lists import by_state

from . import acts, effects, operations, queries
from .acts import Act
from .forms import ConclusionsForm, DecisionForm, GroundsForm, LiftingForm, ObservationsForm, OpeningForm
from .lifecycle import Move, State
from .models import Sanction

PAGE = 25
SEEN = "vu"  # the fingerprint of what was shown
FORMS: dict[Move, Any] = {
    Move.OBSERVE: ObservationsForm,
    Move.DECIDE: DecisionForm,
    Move.CONFIRM: DecisionForm,
    Move.DROP: ConclusionsForm,
    Move.PROPOSE_LIFTING: GroundsForm,
    Move.KEEP: GroundsForm,
    Move.LIFT: LiftingForm,
}
RUN: dict[Move, Callable[..., None]] = {
    Move.OBSERVE: operations.observe,
    Move.DECIDE: operations.decide,
    Move.CONFIRM: operations.confirm,
    Move.DROP: operations.drop,
    Move.PROPOSE_LIFTING: operations.propose_lifting,
    Move.KEEP: operations.keep,
    Move.LIFT: operations.lift,
}


def _found(request: HttpRequest, reference: str) -> Sanction:
    found = queries.sanction(request.user, reference)
    if found is None:
        raise Http404
    return found


def _trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Mesures", reverse("sanctions")), *steps]


@reads
def sanctions(request: HttpRequest) -> HttpResponse:
    """The measures that the person may see, by state."""
    context = by_state(request, State, queries.listed, size=PAGE) | {"breadcrumb": [("Mesures", "")]}
    return render(request, "policy/sanctions/sanctions.html", context)


@reads(trace="Consultation de la mesure {reference}")
def sanction(request: HttpRequest, reference: str) -> HttpResponse:
    """One measure: what it reaches, why, what was answered, who decided, and what one may do."""
    found = _found(request, reference)
    letters = StoredDocument.objects.visible_to(request.user).filter(subject_reference=reference)
    context = {
        "sanction": found,
        "grant": found.grant,
        "acts": acts.open_to(request.user, found),
        "changes": queries.forecast(found) if found.state == State.NOTIFIED else [],
        "letters": list(letters.order_by("issued_at", "pk")),
        "history": audit.sentences(audit.about(reference)) if request.user.is_agent else [],  # type: ignore[union-attr]
        "four_eyes": _four_eyes(request.user, found),
        "today": timezone.localdate(),
        "breadcrumb": _trail((reference, "")),
    }
    return render(request, "policy/sanctions/sanction.html", context)


def _four_eyes(user: Any, found: Sanction) -> str:
    """Why the one person who could act here may not; empty for everybody else."""
    move = {State.NOTIFIED: Move.DECIDE, State.EMERGENCY: Move.CONFIRM}.get(State(found.state))
    if move is None or not user.is_person_of(found.opened_by_id):
        return ""
    return registry.of(Sanction).refusal(user, move, found) or ""


@writes(step_up=True, audience=STAFF)
def sanction_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a measure on a right: envisaged, or at once in an emergency."""
    rows = Grant.objects.visible_to(request.user).select_related("holder", "service")
    grant = get_object_or_404(rows, reference=reference)
    _early(request, Move.OPEN, Sanction(grant=grant))
    form = _opening(request, grant)
    found = _foreseen(form, grant, by=request.user)
    if found and request.POST.get(SEEN) == form.fingerprint:
        with refusals_in(form):
            made = _opened(grant, form, by=request.user)
            messages.success(request, f"La mesure {made} : {made.get_state_display().lower()}. L’éditeur est prévenu.")
            return redirect("sanction", made.reference)
    sheet = reverse("grant", args=[reference])
    context = {
        "grant": grant,
        "profiles": queries.profiles_of(grant),
        "addresses": queries.told_to(grant),
        "living": queries.living_on(grant),
        "form": form,
        "foreseen": found if not form.errors else None,
        "changes": queries.forecast(found) if found and form.is_emergency else [],
        "mail": effects.foreseen(found, form.news, at=timezone.now()) if found else None,
        "project": reverse("sanction_new_project", args=[reference]),
        "record": "Ouvrir la mesure",
        "cancel": sheet,
        "breadcrumb": [("Habilitations", reverse("grants")), (reference, sheet), ("Prendre une mesure", "")],
    }
    return render(request, "policy/sanctions/sanction_new.html", context, status=status_of(form))


def _opening(request: HttpRequest, grant: Grant) -> OpeningForm:
    typed = posted(request)
    has_establishments = len(grant.establishments) > 1
    return OpeningForm(typed, profiles=queries.profiles_of(grant), has_establishments=has_establishments)


def _foreseen(form: OpeningForm, grant: Grant, *, by: Any) -> Sanction | None:
    """The measure as it was typed, unsaved; None, and the form says why, when it cannot be opened."""
    if not form.is_valid():
        return None
    one = queries.as_opened(grant, form.columns, is_emergency=form.is_emergency, by=by, at=timezone.now())
    found = queries.problem_of(one)
    if found:
        form.add_error(found.field, found.sentence)
    return None if found else one


@reads(audience=STAFF)
def sanction_new_project(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter of the measure typed on a right, as a project."""
    rows = Grant.objects.visible_to(request.user).select_related("holder", "service")
    grant = get_object_or_404(rows, reference=reference)
    _early(request, Move.OPEN, Sanction(grant=grant))
    form = _opening(request, grant)
    one = _foreseen(form, grant, by=request.user)
    return _printed(one, form.news) if one else redirect("sanction_new", reference)


@reads(audience=STAFF)
def sanction_project(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """The letter of the decision typed on a measure, as a project."""
    found, act = _found(request, reference), acts.BY_SLUG[slug]
    _early(request, act.move, found)
    form = DecisionForm(posted(request))
    if not form.is_valid():
        return redirect(f"sanction_{act.move.value}", reference)
    words = form.cleaned_data["conclusions"].strip()
    return _printed(queries.as_decided(found, conclusions=words, by=request.user, at=timezone.now()), act.news)


def _printed(one: Sanction, news: str) -> HttpResponse:
    answer = HttpResponse(effects.printed(one, news, at=timezone.now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="projet-{one.grant.reference}.pdf"'
    return answer


def _opened(grant: Grant, form: OpeningForm, *, by: Any) -> Sanction:
    if form.is_emergency:
        return operations.open_emergency(grant, emergency=form.cleaned_data["emergency"], by=by, **form.given)
    return operations.open_measure(grant, nature=form.nature, by=by, **form.given)


@writes(step_up=True, audience=STAFF)
def sanction_decide(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """An act that closes or opens the gateways: after a fresh proof of identity."""
    return _act(request, reference, acts.BY_SLUG[slug])


@writes(audience=STAFF)
def sanction_prepare(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """An act that only prepares, or gives up."""
    return _act(request, reference, acts.BY_SLUG[slug])


@writes(audience=VENDOR)
def sanction_observe(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor answers."""
    return _act(request, reference, acts.BY_SLUG["observations"])


def _early(request: HttpRequest, move: Move, subject: Sanction) -> None:
    if refusal := registry.of(Sanction).refusal(request.user, move, subject):
        raise NotPermitted(refusal)


def _act(request: HttpRequest, reference: str, act: Act) -> HttpResponse:
    """One act: its form on a page of its own, with what it will change and the words that the vendor will read."""
    found = _found(request, reference)
    _early(request, act.move, found)
    form = FORMS[act.move](posted(request), initial={"version": found.version})
    if form.is_valid() and (not act.is_typed or request.POST.get(SEEN) == form.fingerprint):
        with refusals_in(form):
            RUN[act.move](found, by=request.user, **form.cleaned_data)
            messages.success(request, act.done)
            return redirect("sanction", reference)
    told = _as_told(found, act, form, by=request.user)
    context = {
        "sanction": found,
        "grant": found.grant,
        "act": act,
        "form": form,
        "changes": queries.forecast(found) if act.changes_access else [],
        "addresses": queries.told_to(found.grant) if act.news else [],
        "told": effects.context_of(found, act.news, at=timezone.now()) if act.news and not told else None,
        "mail": effects.foreseen(told, act.news, at=timezone.now()) if told else None,
        "foreseen": told if act.is_typed else None,
        "project": reverse(f"sanction_{act.move.value}_project", args=[reference]) if act.has_letter else "",
        "record": act.label,
        "cancel": reverse("sanction", args=[reference]),
        "breadcrumb": _trail((reference, reverse("sanction", args=[reference])), (act.label, "")),
    }
    return render(request, "policy/sanctions/sanction_act.html", context, status=status_of(form))


def _as_told(found: Sanction, act: Act, form: Any, *, by: Any) -> Sanction | None:
    """The measure as the vendor will be told of it, unsaved; None while what he will read is not typed."""
    if not act.news:
        return None
    if not act.is_typed:
        return found
    if not form.is_valid():
        return None
    return queries.as_decided(found, conclusions=form.cleaned_data["conclusions"].strip(), by=by, at=timezone.now())
