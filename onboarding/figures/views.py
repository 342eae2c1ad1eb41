"""The page of figures, and each of its tables for a spreadsheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onboarding.figures.queries import figures
from portal.web import spreadsheet
from portal.web.access import STAFF, reads


@reads(audience=STAFF)
def figure_list(request: HttpRequest) -> HttpResponse:
    """Every figure with its picture and its table, to read or to print."""
    now = timezone.now()
    context = {"figures": figures.every(now), "now": now, "breadcrumb": [("Chiffres", "")]}
    return render(request, "onboarding/figures/figures.html", context)


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
