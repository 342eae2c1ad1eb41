"""Taking over the services already connected: the template, the file and its preview, its confirmation, its release."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from onboarding.takeovers import operations, queries
from onboarding.takeovers.forms import ConfirmationForm, ReleaseForm, TakeOverForm
from onboarding.takeovers.lifecycle import LineMove, LineState, Move, State
from onboarding.takeovers.models import TakeOver, TakeOverLine
from onboarding.takeovers.sheet import EXPLAINED, NEEDED, Column
from portal.accounts.acting import acting
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.parties import access as parties
from portal.web import spreadsheet
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.downloads import as_file

PER_PAGE = 100


@reads(audience=STAFF)
def takeovers(request: HttpRequest) -> HttpResponse:
    """The files taken over or proposed, the latest first."""
    context = {
        "takeovers": queries.listed(request.user),
        "may_propose": registry.may(request.user, Move.PROPOSE, TakeOver()),
        "breadcrumb": [("Reprise de l’existant", "")],
    }
    return render(request, "onboarding/takeovers/takeovers.html", context)


@reads(audience=STAFF)
def takeover_template(request: HttpRequest, extension: str) -> HttpResponse:
    """The empty file: its titles, in CSV or XLSX."""
    titles = [column.label for column in Column]
    if extension == "xlsx":
        content = spreadsheet.workbook(titles, [], sheet="Services raccordés")
        return as_file(content, "reprise-modele.xlsx", spreadsheet.XLSX_TYPE)
    if extension == "csv":
        return as_file(spreadsheet.csv_bytes(titles, []), "reprise-modele.csv", spreadsheet.CSV_TYPE)
    raise Http404


@writes(audience=STAFF)
def takeover_propose(request: HttpRequest) -> HttpResponse:
    """Send the file; every line is judged, nothing is created yet."""
    parties.refuse_early(request.user, Move.PROPOSE, TakeOver())
    form = TakeOverForm(posted(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_in(form):
            made = operations.propose(file.name, file.read(), by=request.user, at=timezone.now())
            messages.success(request, f"La reprise {made} est proposée : ses lignes sont en cours d’examen.")
            return redirect("takeover", made.reference)
    context = {
        "form": form,
        "columns": [(column.label, EXPLAINED[column], column in NEEDED) for column in Column],
        "breadcrumb": _trail(("Nouvelle reprise", "")),
    }
    return render(request, "onboarding/takeovers/propose.html", context, status=status_of(form))


@reads(trace="Consultation de la reprise {reference}", audience=STAFF)
def takeover(request: HttpRequest, reference: str) -> HttpResponse:
    """A file: what each line creates or asks to mend, and how the published list differs from it."""
    found = _takeover(request, reference)
    lines, closed = queries.lines_of(found, request.user), queries.closed_lines(found, request.user)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "takeover": found,
        "lines": page.object_list,
        "page": page,
        "progress": queries.progress(found) if found.state in (State.EXAMINING, State.CREATING) else None,
        "counts": [(state.label, sum(line.state == state for line in lines)) for state in LineState],
        "gap": queries.gap(found, lines, request.user),
        "moves": [move for move in registry.moves_open_to(request.user, found) if move != Move.CONFIRM or not closed],
        "closed": queries.CLOSED if closed and found.state == State.PROPOSED else "",
        "is_own": acting(request).is_person_of(found.proposed_by_id),
        "to_invite": [line for line in lines if line.state == LineState.CREATED and line.representative],
        "may_release": registry.may(request.user, LineMove.RELEASE, TakeOverLine(takeover=found)),
        "breadcrumb": _trail((found.reference, "")),
    }
    return render(request, "onboarding/takeovers/takeover.html", context)


@writes(step_up=True, audience=STAFF)
def takeover_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """A second manager creates what the preview says."""
    found = _takeover(request, reference)
    parties.refuse_early(request.user, Move.CONFIRM, found)
    if queries.closed_lines(found, request.user):
        raise NotPermitted(queries.CLOSED)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.confirm(found, by=request.user, at=timezone.now())
            messages.success(request, "La reprise est confirmée : ses services sont créés, sans message aux éditeurs.")
            return redirect("takeover", reference)
    ready = [line for line in queries.lines_of(found, request.user) if line.state == LineState.READY]
    return _act(request, found, form, "Confirmer la reprise", "Créer ces services", lines=ready)


@writes(audience=STAFF)
def takeover_set_aside(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the file up."""
    found = _takeover(request, reference)
    parties.refuse_early(request.user, Move.SET_ASIDE, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.set_aside(found, by=request.user, at=timezone.now())
            messages.success(request, "La reprise est écartée ; rien n’a été créé.")
            return redirect("takeovers")
    return _act(request, found, form, "Écarter la reprise", "Écarter la reprise")


@writes(audience=STAFF)
def takeover_release(request: HttpRequest, reference: str) -> HttpResponse:
    """Have the chosen representatives invited to claim their services."""
    found = _takeover(request, reference)
    if not registry.may(request.user, LineMove.RELEASE, TakeOverLine(takeover=found)):
        raise NotPermitted("Vous n’avez pas le rôle qui permet d’inviter les éditeurs repris.")
    created = [
        line for line in queries.lines_of(found, request.user) if line.state in queries.CREATED and line.representative
    ]
    form = ReleaseForm(posted(request), offered=created)
    if form.is_valid():
        with refusals_in(form):
            invited = operations.release(form.chosen, by=request.user, at=timezone.now())
            messages.success(request, f"Invitations envoyées : {invited}.")
            return redirect("takeover", reference)
    return _act(request, found, form, "Inviter les représentants légaux", "Envoyer les invitations")


def _act(
    request: HttpRequest, found: TakeOver, form: Any, title: str, submit: str, lines: list[TakeOverLine] | None = None
) -> HttpResponse:
    context = {
        "takeover": found,
        "form": form,
        "title": title,
        "submit": submit,
        "lines": lines,
        "cancel": reverse("takeover", args=[found.reference]),
        "breadcrumb": _trail((found.reference, reverse("takeover", args=[found.reference])), (title, "")),
    }
    return render(request, "onboarding/takeovers/act.html", context, status=status_of(form))


def _takeover(request: HttpRequest, reference: str) -> TakeOver:
    found = TakeOver.objects.visible_to(request.user).filter(reference=reference).select_related("proposed_by").first()
    if found is None:
        raise Http404
    return found


def _trail(*links: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Reprise de l’existant", reverse("takeovers")), *links]
