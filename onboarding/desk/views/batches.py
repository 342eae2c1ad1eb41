"""Acting on many dossiers: an exact preview, then a report dossier by dossier, and the way back where harmless."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from onboarding.candidacies.queries import grids
from onboarding.committee.models import CommitteeSession
from onboarding.desk import filters
from onboarding.desk.forms import BatchForm, ConfirmationForm
from onboarding.desk.queries import dossiers
from onboarding.workbench import queries
from onboarding.workbench.batch import MOST, BatchAct
from onboarding.workbench.lifecycle import BatchMove
from onboarding.workbench.models import Batch
from onboarding.workbench.operations import batching
from portal.accounts.models import User
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of

CONFIRMED = "confirmer"


@writes(audience=STAFF)
def batch_run(request: HttpRequest) -> HttpResponse:
    """Show exactly what the act would do to each dossier; then, confirmed, do it.

    The preview does the act for real and lets everything be rolled back, as any answer that is no redirect is.
    """
    user: Any = request.user
    parties.refuse_early(user, BatchMove.RUN, Batch())
    references = _references(request)
    form = _form(request)
    if request.method == "POST" and references and form.is_valid():
        with refusals_in(form):
            batch = batching.run(form.order, references, by=user)
            if CONFIRMED in request.POST:
                messages.success(request, f"« {form.order.act.label} » : {_said(batch)}.")
                return redirect("batch", batch.reference)
            return _page(request, form, references, batch=batch)
    return _page(request, form, references)


def _form(request: HttpRequest) -> BatchForm:
    """Bound once an act was chosen; before, it only offers the acts."""
    data = request.POST if request.POST.get("act") else None
    return BatchForm(data, reviewers=grids.reviewers(), sessions=list(CommitteeSession.objects.planned()))


def _references(request: HttpRequest) -> list[str]:
    """The dossiers ticked, or the first ones of the whole filtered list."""
    if request.POST.get("portee") == "liste":
        asked = filters.read(dict(QueryDict(request.POST.get("filtres", "")).lists()))
        return dossiers.references(request.user, asked, limit=MOST)
    ticked = dict.fromkeys(request.POST.getlist("dossier"))
    return [reference for reference in ticked if "\x00" not in reference][: MOST + 1]  # PostgreSQL takes no NUL


def _said(batch: Batch) -> str:
    done = f"{batch.done} dossier{'s' if batch.done > 1 else ''} fait{'s' if batch.done > 1 else ''}"
    return f"{done}, {batch.refused} refusé{'s' if batch.refused > 1 else ''}" if batch.refused else done


def _page(request: HttpRequest, form: BatchForm, references: list[str], batch: Batch | None = None) -> HttpResponse:
    context = {
        "form": form,
        "references": references,
        "batch": batch,
        "most": MOST,
        "text": form.order.text if batch and form.order.act is BatchAct.WRITE else "",
        "breadcrumb": [("Dossiers", reverse("candidacies")), ("Agir sur plusieurs dossiers", "")],
    }
    return render(request, "onboarding/desk/batch_run.html", context, status=status_of(form))


@reads(audience=STAFF)
def batch(request: HttpRequest, reference: str) -> HttpResponse:
    """What became of each dossier of a batch."""
    found = _batch_of(request.user, reference)
    context = {
        "batch": found,
        "may_undo": found.is_undoable and registry.may(request.user, BatchMove.UNDO, found),
        "breadcrumb": [("Dossiers", reverse("candidacies")), (f"Lot {reference}", "")],
    }
    return render(request, "onboarding/desk/batch.html", context)


@writes(audience=STAFF)
def batch_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a batch back, where nothing changed since."""
    user = request.user
    assert isinstance(user, User)
    found = _batch_of(user, reference)
    parties.refuse_early(user, BatchMove.UNDO, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            batching.undo(found, by=user)
            messages.success(request, f"Le lot {reference} est défait.")
            return redirect("batch", reference)
    context = {
        "form": form,
        "title": f"Défaire le lot {reference}",
        "submit": "Défaire",
        "explained": "Chaque dossier retrouve son instructeur d’avant, sauf s’il a été confié à un autre depuis.",
        "cancel": reverse("batch", args=[reference]),
        "breadcrumb": [("Dossiers", reverse("candidacies")), (f"Lot {reference}", "")],
    }
    return render(request, "onboarding/desk/act.html", context, status=status_of(form))


def _batch_of(user: Any, reference: str) -> Batch:
    found = queries.batch_of(user, reference)
    if found is None:
        raise Http404
    return found
