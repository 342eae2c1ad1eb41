"""The page of figures, and each of its tables for a spreadsheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onboarding.figures.queries import figures, published
from portal.web import spreadsheet
from portal.web.access import STAFF, public, reads
from portal.web.downloads import as_file


@reads(audience=STAFF)
def figure_list(request: HttpRequest) -> HttpResponse:
    """Every figure with its picture and its table, to read or to print."""
    now = timezone.now()
    context = {"figures": figures.every(now), "now": now, "breadcrumb": [("Chiffres", "")]}
    return render(request, "onboarding/figures/figures.html", context)


@public
def public_figures(request: HttpRequest) -> HttpResponse:
    """The figures that anyone may read."""
    context = {"figures": published.every(timezone.now()), "breadcrumb": [("Le cercle en chiffres", "")]}
    return render(request, "onboarding/figures/public.html", context)


@public
def public_figure_csv(request: HttpRequest, key: str) -> HttpResponse:
    """One public table, under the open licence of the site."""
    found = published.one(key, timezone.now())
    if found is None:
        raise Http404
    return as_file(spreadsheet.csv_bytes(found.columns, found.rows), f"cercle-{key}.csv", spreadsheet.CSV_TYPE)


@reads(audience=STAFF)
def figure_export(request: HttpRequest, key: str, extension: str) -> HttpResponse:
    """One table, as CSV or as a workbook."""
    found = figures.one(key, timezone.now()) if extension in ("csv", "xlsx") else None
    if found is None:
        raise Http404
    if extension == "csv":
        answer = HttpResponse(spreadsheet.csv_bytes(found.columns, found.rows), content_type=spreadsheet.CSV_TYPE)
    else:
        content = spreadsheet.workbook(found.columns, found.rows, sheet=found.title)
        answer = HttpResponse(content, content_type=spreadsheet.XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{key}.{extension}"'
    return answer
