"""Pages of breach cases and of yearly confirmations."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from onboarding.changes import measures, queries
from onboarding.changes.forms import CaseForm, DropForm, NoticeForm, ObservationsForm, OutcomeForm, YearlyForm
from onboarding.changes.lifecycle import BREACHES, BreachMove, BreachState, ConfirmationMove
from onboarding.changes.models import BreachCase
from onboarding.changes.operations import breaching, confirming
from policy.sanctions import queries as sanctions
from portal.documents import operations as documents
from portal.documents.filetypes import SCANS
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web.access import STAFF, VENDOR, reads, writes
from portal.web.acting import posted, refusals_in, status_of

PAGE = 25
LIST = ("Manquements", "/manquements/")


@reads
def breaches(request: HttpRequest) -> HttpResponse:
    """The breach cases one may see."""
    page = Paginator(queries.breaches(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "onboarding/changes/breaches.html", {"page": page, "breadcrumb": [(LIST[0], "")]})


@writes(audience=STAFF)
def breach_new(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a case on a right."""
    grant = queries.grant_seen(request.user, reference)
    if grant is None:
        raise Http404
    parties.refuse_early(request.user, BreachMove.OPEN, BreachCase(grant=grant))
    form = CaseForm(posted(request), request.FILES or None)
    if form.is_valid():
        with refusals_in(form):
            data = dict(form.cleaned_data)
            upload = data.pop("piece")
            piece = documents.deposit(upload.name, upload.read(), by=request.user, allowed=SCANS) if upload else None
            case = breaching.open_case(grant, **data, piece=piece, by=request.user)
            messages.success(request, f"Le dossier {case} est ouvert. L’éditeur l’apprendra par la mise en demeure.")
            return redirect("breach", case.reference)
    cancel = reverse("grant", args=[reference])
    table = [(one, measures.ALLOWED[one], measures.SOURCES[one]) for one in measures.Ground]
    trail = [(f"Habilitation {reference}", cancel), ("Ouvrir un dossier de manquement", "")]
    context = {"grant": grant, "form": form, "table": table, "cancel": cancel, "breadcrumb": trail}
    return render(request, "onboarding/changes/breach_new.html", context, status=status_of(form))


@reads(trace="Consultation du dossier de manquement {reference}")
def breach(request: HttpRequest, reference: str) -> HttpResponse:
    """A case: facts, notice, observations, outcome, and what one may do."""
    found = _case(request, reference)
    context = {
        "case": found,
        "grant": found.grant,
        "source": measures.SOURCES[found.grounds],
        "allowed": measures.ALLOWED[found.grounds],
        "sanction": sanctions.of_source(found.reference),
        "moves": {str(move) for move in registry.moves_open_to(request.user, found)},
        "today": timezone.localdate(),
        "breadcrumb": [LIST, (found.reference, "")],
    }
    return render(request, "onboarding/changes/breach.html", context)


@writes(step_up=True, audience=STAFF)
def breach_notify(request: HttpRequest, reference: str) -> HttpResponse:
    """The formal notice."""
    told = "L’éditeur reçoit une lettre en PDF par message, et la trouve dans ses documents."
    return _act(request, reference, BreachMove.NOTIFY, lambda case, data: NoticeForm(data), breaching.notify, told)


@writes(audience=VENDOR)
def breach_observe(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor answers."""
    told = "L’agence en prend connaissance avant de conclure. Vous pouvez compléter jusqu’à ce qu’elle conclue."
    make = ObservationsForm
    return _act(request, reference, BreachMove.OBSERVE, lambda case, data: make(data), breaching.observe, told)


@writes(step_up=True, audience=STAFF)
def breach_conclude(request: HttpRequest, reference: str) -> HttpResponse:
    """The outcome."""
    told = "Une suspension ou un retrait devient une mesure, qu’une seconde personne décide. L’éditeur est prévenu."

    def make(case: BreachCase, data: Any) -> OutcomeForm:
        return OutcomeForm(data, ground=case.grounds)

    return _act(request, reference, BreachMove.CONCLUDE, make, breaching.conclude, told)


@writes(step_up=True, audience=STAFF)
def breach_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Nothing is kept."""
    told = "Le dossier est clos sans mesure ; l’éditeur en est informé s’il avait été mis en demeure."
    return _act(request, reference, BreachMove.DROP, lambda case, data: DropForm(data), breaching.drop, told)


def _act(
    request: HttpRequest,
    reference: str,
    move: BreachMove,
    make: Callable[[BreachCase, Any], Any],
    run: Callable[..., None],
    told: str,
) -> HttpResponse:
    """One act on a case: its form on a page of its own, with what it will do."""
    found = _case(request, reference)
    parties.refuse_early(request.user, move, found)
    form, edge = make(found, posted(request)), BREACHES.moves[move]
    if form.is_valid():
        with refusals_in(form):
            run(found, **form.cleaned_data, by=request.user)
            messages.success(request, f"Dossier {found} : {BreachState(found.state).label.lower()}.")
            return redirect("breach", reference)
    cancel = reverse("breach", args=[reference])
    context = {
        "case": found,
        "form": form,
        "label": edge.label,
        "told": told,
        "cancel": cancel,
        "breadcrumb": [LIST, (reference, cancel), (edge.label, "")],
    }
    return render(request, "onboarding/changes/breach_act.html", context, status=status_of(form))


@reads
def confirmations(request: HttpRequest) -> HttpResponse:
    """Who confirmed for the year, and who is silent."""
    page = Paginator(queries.confirmations(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "now": timezone.now(), "breadcrumb": [("Confirmations annuelles", "")]}
    return render(request, "onboarding/changes/confirmations.html", context)


@writes(step_up=True)
def confirmation(request: HttpRequest, reference: str) -> HttpResponse:
    """State that what is in force is up to date, or go and declare what is not."""
    found = queries.confirmation(request.user, reference)
    if found is None:
        raise Http404
    stated = queries.to_state(found.grant)
    may = ConfirmationMove.CONFIRM in registry.moves_open_to(request.user, found)
    form = YearlyForm(posted(request) if may else None, keys=[(one.key, one.label) for one in stated])
    if request.method == "POST":
        parties.refuse_early(request.user, ConfirmationMove.CONFIRM, found)
    if form.is_valid():
        with refusals_in(form):
            confirming.confirm(found, by=request.user)
            messages.success(request, "Merci : tout est confirmé pour l’année.")
            return redirect("confirmation", reference)
    trail = [("Confirmations annuelles", reverse("confirmations")), (reference, "")]
    context = {
        "confirmation": found,
        "grant": found.grant,
        "stated": stated,
        "may_confirm": may,
        "form": form,
        "breadcrumb": trail,
    }
    return render(request, "onboarding/changes/confirmation.html", context, status=status_of(form))


def _case(request: HttpRequest, reference: str) -> BreachCase:
    found = queries.breach(request.user, reference)
    if found is None:
        raise Http404
    return found
