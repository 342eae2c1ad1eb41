"""The agency's list of dossiers: filters, columns, saved views, exports."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from onboarding.candidacies.lifecycle import State
from onboarding.desk import columns, filters, keyset
from onboarding.desk.columns import Column
from onboarding.desk.filters import Filters
from onboarding.desk.forms import ColumnsForm, ConfirmationForm, ViewForm
from onboarding.desk.queries import dossiers
from onboarding.workbench import operations, queries
from onboarding.workbench.batch import MOST
from onboarding.workbench.lifecycle import BatchMove, ViewMove
from onboarding.workbench.models import Batch, SavedView
from onboarding.workbench.queries import Kept
from policy.grants.direction import Direction
from portal.accounts.models import User
from portal.calendar.deadlines import paris_date
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web import spreadsheet
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of

SIZES = (25, 50, 100)
AT_ONCE = 2000  # rows of a workbook made while the browser waits


@reads(audience=STAFF)
def dossier_list(request: HttpRequest) -> HttpResponse:
    """Every dossier, narrowed by filters shown as chips that one removes; `vue` opens a saved view."""
    view = _view_asked(request)
    asked = filters.read(_given(request, view))
    kept = queries.kept_for(request.user)
    sought, shown = dossiers.searched(asked), _columns(kept, view)
    page = dossiers.page(
        request.user,
        asked,
        keyset.decode(request.GET.get("page", "")),
        columns=shown,
        size=_size(request),
        sought=sought,
    )
    counts = dossiers.counts_by_state(request.user, asked, sought)
    context = {
        "filters": asked,
        "chips": filters.chips(asked),
        "page": page,
        "columns": shown,
        "total": sum(counts.get(state, 0) for state in asked.states or State),
        "states": [(state, counts.get(state, 0), state in asked.states) for state in State],
        "selects": _selects(asked),
        "sizes": SIZES,
        "size": _size(request),
        "views": kept.views,
        "view": view,
        "may_keep": registry.may(request.user, ViewMove.SAVE, SavedView()),
        "may_act": registry.may(request.user, BatchMove.RUN, Batch()),
        "most": MOST,
        "breadcrumb": [("Dossiers", "")],
    }
    return render(request, "onboarding/desk/dossier_list.html", context)


def _view_asked(request: HttpRequest) -> SavedView | None:
    """The saved view that the address names; 404 for one that is not offered."""
    reference = request.GET.get("vue", "")
    if not reference:
        return None
    view = queries.view_of(request.user, reference)
    if view is None:
        raise Http404
    return view


def _given(request: HttpRequest, view: SavedView | None) -> dict[str, Any]:
    """The filters of the address, or those of the view."""
    return dict((QueryDict(view.query) if view else request.GET).lists())


def _columns(kept: Kept, view: SavedView | None) -> tuple[Column, ...]:
    """The columns of the view, or those that the agent chose."""
    return columns.read(view.columns if view and view.columns else kept.columns)


def _size(request: HttpRequest) -> int:
    asked = request.GET.get("taille", "")
    return int(asked) if asked in {str(size) for size in SIZES} else SIZES[0]


def _selects(asked: Filters) -> list[dict[str, Any]]:
    """The drop-down lists of the filter: name in the address, word, blank choice, choices, what is chosen."""
    return [
        {"name": name, "label": label, "blank": blank, "choices": list(enum), "chosen": chosen}
        for name, label, blank, enum, chosen in (
            ("sens", "Sens", "Tous", Direction, asked.direction),
            ("attente", "Qui doit agir", "Indifférent", filters.Turn, asked.turn),
            ("instructeur", "Instruction et suivi", "Tous", filters.Reviewer, asked.reviewer),
            ("seance", "Comité", "Indifférent", filters.Agenda, asked.agenda),
            ("tri", "Trier par", "", filters.Sort, asked.sort),
        )
    ]


@reads(trace="Export de la liste des dossiers ({extension})", audience=STAFF)
def dossier_export(request: HttpRequest, extension: str) -> Any:
    """The whole list as filtered, with the agent's columns: CSV sent as it is read, or a workbook.

    A long workbook is prepared by the worker: the page that asks for it takes over.
    """
    if extension not in ("csv", "xlsx"):
        raise Http404
    view = _view_asked(request)
    asked, shown = filters.read(_given(request, view)), _columns(queries.kept_for(request.user), view)
    titles = ["Dossier", *(column.label for column in shown)]
    rows = (
        [row["reference"], *(columns.cell(column, row) for column in shown)]
        for row in dossiers.every(request.user, asked, shown)
    )
    if extension == "xlsx" and dossiers.narrowed(request.user, asked).count() > AT_ONCE:
        named = f"&vue={view.reference}" if view else ""  # for its columns
        return redirect(f"{reverse('export_ask')}?{asked.query}{named}")
    if extension == "xlsx":
        return _file(spreadsheet.workbook(titles, rows, sheet="Dossiers"), spreadsheet.XLSX_TYPE, "xlsx")
    return _file(spreadsheet.csv_lines(titles, rows), spreadsheet.CSV_TYPE, "csv")


def _file(content: Any, media_type: str, extension: str) -> HttpResponse | StreamingHttpResponse:
    kind = HttpResponse if isinstance(content, bytes) else StreamingHttpResponse
    answer = kind(content, content_type=media_type)
    day = paris_date(timezone.now()).isoformat()
    answer["Content-Disposition"] = f'attachment; filename="dossiers-{day}.{extension}"'
    return answer


@writes(audience=STAFF)
def list_columns(request: HttpRequest) -> HttpResponse:
    """Choose the columns of one's list."""
    user = _acting(request)
    parties.refuse_early(user, ViewMove.SAVE, SavedView())
    initial = {"columns": [column.value for column in columns.read(queries.kept_for(user).columns)]}
    form = ColumnsForm(posted(request), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            operations.choose_columns(form.cleaned_data["columns"], by=user)
            messages.success(request, "Vos colonnes sont enregistrées.")
            return redirect("candidacies")
    return _form_page(request, form, "Choisir les colonnes", "Enregistrer les colonnes")


@writes(audience=STAFF)
def view_save(request: HttpRequest) -> HttpResponse:
    """Give a name to the filters of the address and to one's columns."""
    user = _acting(request)
    parties.refuse_early(user, ViewMove.SAVE, SavedView())
    asked = filters.read(dict(request.GET.lists()))
    form = ViewForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            kept = [column.value for column in columns.read(queries.kept_for(user).columns)]
            view = operations.save_view(**form.cleaned_data, query=asked.query, columns=kept, by=user)
            messages.success(request, f"La vue « {view.name} » est enregistrée.")
            return redirect(f"{reverse('candidacies')}?vue={view.reference}")
    told = ", ".join(chip.label for chip in filters.chips(asked)) or "aucun filtre"
    explained = f"Filtres : {told}. Tri : {asked.sort.label.lower()}. Vos colonnes du moment sont gardées avec elle."
    return _form_page(request, form, "Enregistrer la vue", "Enregistrer la vue", explained=explained)


@writes(audience=STAFF)
def view_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a view of one's own away."""
    user = _acting(request)
    view = queries.view_of(user, reference)
    if view is None:
        raise Http404
    parties.refuse_early(user, ViewMove.DROP, view)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.drop_view(view, by=user)
            messages.success(request, f"La vue « {view.name} » est supprimée.")
            return redirect("candidacies")
    explained = "Vos collègues ne la trouvent plus non plus." if view.is_shared else ""
    title = f"Supprimer la vue « {view.name} »"
    return _form_page(request, form, title, "Supprimer la vue", explained=explained)


def _form_page(
    request: HttpRequest, form: Any, title: str, submit: str, *, explained: str = "", cancel: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "explained": explained,
        "cancel": cancel or reverse("candidacies"),
        "breadcrumb": [("Dossiers", reverse("candidacies")), (title, "")],
    }
    return render(request, "onboarding/desk/act.html", context, status=status_of(form))


def _acting(request: HttpRequest) -> User:
    """The person who acts; @writes lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user
