"""Pages of establishment lists: those of a service, one list with its lines, sending, mending, confirming."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from onboarding.establishments import access, export, operations, queries
from portal.lifecycle import registry
from portal.parties.models import DigitalService
from portal.web.access import reads, writes
from portal.web.acting import refusals_in

from .forms import ConfirmationForm, LineForm, RemovalForm, UploadForm
from .lifecycle import Move
from .models import EstablishmentList, ListLine
from .verdicts import GOOD, LineVerdict

SHOWN_CHANGES = 50


def _trail(service: DigitalService, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [(f"Établissements de {service.name}", reverse("establishments", args=[service.reference])), *steps]


def _list_trail(held: EstablishmentList, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    return _trail(held.service, (f"Liste {held}", reverse("list", args=[held.reference])), *steps)


@reads(trace="Consultation des listes d’établissements du service {reference}")
def establishments(request: HttpRequest, reference: str) -> HttpResponse:
    """The lists of a service: in force, in preparation, replaced."""
    service = access.service_of(request.user, reference)
    blank = EstablishmentList(service=service)
    context = {
        "service": service,
        "lists": queries.lists_of(service),
        "may_upload": registry.may(request.user, Move.UPLOAD, blank),
        "breadcrumb": _trail(service),
    }
    return render(request, "onboarding/establishments/establishments.html", context)


@writes
def list_upload(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a list, as a file or as pasted numbers: every line is kept with its verdict."""
    service = access.service_of(request.user, reference)
    access.refuse_early(request.user, Move.UPLOAD, EstablishmentList(service=service))
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        with refusals_in(form):
            held = _sent(service, form.cleaned_data, request)
            messages.success(request, f"La liste {held} est enregistrée : {held.line_count} lignes lues.")
            return redirect("list", held.reference)
    context = {"service": service, "form": form, "breadcrumb": _trail(service, ("Envoyer une liste", ""))}
    return render(request, "onboarding/establishments/list_upload.html", context)


def _sent(service: DigitalService, data: dict[str, Any], request: HttpRequest) -> EstablishmentList:
    if file := data["file"]:
        return operations.upload(service, name=file.name, data=file.read(), by=request.user)
    return operations.paste(service, text=data["text"], by=request.user)


@reads
def list_template(request: HttpRequest) -> HttpResponse:
    """The empty list to fill in."""
    return _csv(export.template(), "modele-liste-etablissements.csv")


@reads(trace="Consultation de la liste d’établissements {reference}")
def list_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One list: what each line is worth, what the list changes, what may be done."""
    held = access.list_of(request.user, reference)
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in set(LineVerdict) else ""
    page = queries.page_of_lines(held, verdict=verdict, after=_positive(request.GET.get("apres", "")))
    moves = registry.moves_open_to(request.user, held)
    following = {"verdict": verdict, "apres": page.next_after} if verdict else {"apres": page.next_after}
    context = {
        "held": held,
        "verdict": verdict,
        "page": page,
        "next_query": urlencode(following) if page.next_after else "",
        "changes": queries.compared(held),
        "has_former": queries.has_former(held),
        "may_mend": Move.REPAIR_LINE in moves,
        "may_confirm": Move.CONFIRM in moves and held.valid_count > 0,
        "may_upload": registry.may(request.user, Move.UPLOAD, held),
        "good": GOOD,
        "breadcrumb": _list_trail(held),
    }
    return render(request, "onboarding/establishments/list.html", context)


def _positive(text: str) -> int:
    return min(int(text), access.RANK_MAX) if text.isascii() and text.isdigit() and len(text) < 11 else 0


@writes
def list_line(request: HttpRequest, reference: str, rank: int) -> HttpResponse:
    """Mend a line."""
    held = access.list_of(request.user, reference)
    line = access.line_of(held, rank)
    access.refuse_early(request.user, Move.REPAIR_LINE, held)
    form = LineForm(request.POST or None, initial={"typed": line.typed})
    if form.is_valid():
        with refusals_in(form):
            operations.repair_line(line, typed=form.cleaned_data["typed"], by=request.user)
            messages.success(request, f"La ligne {line.line} désigne maintenant {line.finess} ({line.name}).")
            return redirect(_back(request, held))
    trail = _list_trail(held, (f"Ligne {line.line}", ""))
    context = {"held": held, "line": line, "form": form, "breadcrumb": trail, "back": request.POST.get("verdict", "")}
    return render(request, "onboarding/establishments/list_line.html", context)


@writes
def list_line_remove(request: HttpRequest, reference: str, rank: int) -> HttpResponse:
    """Take a line out of the list."""
    held = access.list_of(request.user, reference)
    line = access.line_of(held, rank)
    access.refuse_early(request.user, Move.REMOVE_LINE, held)
    form = RemovalForm(request.POST or None)
    if request.method == "POST":
        with refusals_in(form):
            operations.remove_line(line, by=request.user)
            messages.success(request, f"La ligne {line.line} est retirée de la liste.")
            return redirect(_back(request, held))
    trail = _list_trail(held, (f"Retirer la ligne {line.line}", ""))
    context = {"held": held, "line": line, "form": form, "breadcrumb": trail}
    return render(request, "onboarding/establishments/list_line_remove.html", context)


def _back(request: HttpRequest, held: EstablishmentList) -> str:
    """The list, under the filter that the person had chosen."""
    address = reverse("list", args=[held.reference])
    verdict = request.POST.get("verdict", "")
    return f"{address}?{urlencode({'verdict': verdict})}" if verdict in set(LineVerdict) else address


@writes(step_up=True)
def list_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """The legal representative confirms the list that he read."""
    held = access.list_of(request.user, reference)
    access.refuse_early(request.user, Move.CONFIRM, held)
    form = ConfirmationForm(request.POST or None, initial={"version": held.version})
    if form.is_valid():
        with refusals_in(form):
            operations.confirm(held, by=request.user, version=form.cleaned_data["version"])
            messages.success(request, f"La liste {held} est en vigueur : {held.valid_count} établissements.")
            return redirect("list", held.reference)
    context = {"held": held, "form": form, "submit": _submit(held), **_changes(held)}
    context["breadcrumb"] = _list_trail(held, ("Confirmer", ""))
    return render(request, "onboarding/establishments/list_confirm.html", context)


def _submit(held: EstablishmentList) -> str:
    return f"Confirmer ces {held.valid_count} établissements" if held.valid_count > 1 else "Confirmer cet établissement"


def _changes(held: EstablishmentList) -> dict[str, Any]:
    """What confirming changes, the first numbers on each side with their names."""
    changes = queries.changes_of(held)
    added, removed = changes.added[:SHOWN_CHANGES], changes.removed[:SHOWN_CHANGES]
    names = queries.names_of((*added, *removed))
    return {
        "changes": changes,
        "added": [(number, names.get(number, "")) for number in added],
        "removed": [(number, names.get(number, "")) for number in removed],
        "has_former": queries.has_former(held),
        "shown": SHOWN_CHANGES,
    }


@reads(trace="Téléchargement de la liste d’établissements {reference}")
def list_download(request: HttpRequest, reference: str) -> HttpResponse:
    """Every line with its verdict and explanation, as CSV."""
    held = access.list_of(request.user, reference)
    titles = ("Ligne", *export.TITLES, "Commune", "Verdict", "Explication", "Numéro reçu")
    lines = held.lines.order_by("rank").iterator(chunk_size=2000)
    return _csv(export.csv_bytes(titles, (_cells(line) for line in lines)), f"{held.reference}.csv")


def _cells(line: ListLine) -> tuple[str, ...]:
    name = line.name or line.typed_name
    return str(line.line), line.finess, name, line.city, line.get_verdict_display(), line.sentence, line.typed


def _csv(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
