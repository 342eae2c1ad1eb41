"""A long export: asked for, followed, taken."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from onboarding.desk import columns, filters
from onboarding.desk.columns import Column
from onboarding.desk.queries import dossiers
from onboarding.exports import operations
from onboarding.exports.forms import AskForm
from onboarding.exports.lifecycle import Move
from onboarding.exports.models import Export
from onboarding.workbench import queries as workbench
from portal.parties import access as parties
from portal.web import spreadsheet
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.downloads import as_file


@writes(audience=STAFF)
def export_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a workbook of the list as filtered, with one's columns or those of a view; the worker makes it."""
    user: Any = request.user
    parties.refuse_early(user, Move.ASK, Export())
    asked = filters.read({name: request.GET.getlist(name) for name in request.GET})
    form = AskForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            made = operations.ask(asked.query, _columns(request), by=user)
            messages.success(request, f"L’export {made} se prépare.")
            return redirect("export", made.reference)
    context = {
        "form": form,
        "total": dossiers.narrowed(user, asked).count(),
        "chips": filters.chips(asked),
        "csv": f"{reverse('dossier_export', args=['csv'])}?{asked.query}",
        "cancel": f"{reverse('candidacies')}?{asked.query}",
        "breadcrumb": [("Dossiers", reverse("candidacies")), ("Préparer un export", "")],
    }
    return render(request, "onboarding/exports/ask.html", context, status=status_of(form))


def _columns(request: HttpRequest) -> tuple[Column, ...]:
    """The columns of the saved view that the address names, else those that the agent chose."""
    view = workbench.view_of(request.user, request.GET.get("vue", ""))
    return columns.read(view.columns if view and view.columns else workbench.kept_for(request.user).columns)


@reads(audience=STAFF)
def export(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the worker is, then the file."""
    found = _export(request, reference)
    context = {
        "export": found,
        "is_kept": found.is_kept(timezone.now()),
        "breadcrumb": [("Dossiers", reverse("candidacies")), (reference, "")],
    }
    return render(request, "onboarding/exports/export.html", context)


@reads(trace="Téléchargement de l’export {reference}", audience=STAFF)
def export_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The workbook, while it is kept."""
    found = _export(request, reference)
    if not found.is_kept(timezone.now()) or found.content is None:
        raise Http404
    return as_file(bytes(found.content), f"dossiers-{reference}.xlsx", spreadsheet.XLSX_TYPE)


def _export(request: HttpRequest, reference: str) -> Export:
    found = Export.objects.visible_to(request.user).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found
