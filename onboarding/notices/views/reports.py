"""Malfunction reports: a vendor's and the agency's pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding.notices import queries
from onboarding.notices.forms import ConfirmationForm, ReportForm, ReportMessageForm
from onboarding.notices.lifecycle import ReportMove
from onboarding.notices.models import MalfunctionReport
from onboarding.notices.operations import reports as operations
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.parties import queries as members
from portal.parties.models import DigitalService
from portal.parties.roles import PREPARERS
from portal.web.access import STAFF, VENDOR, reads, writes
from portal.web.acting import posted, refusals_in, status_of

PAGE = 25
TRAIL = "Signalements"


@reads
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports one may see; those that wait first."""
    page = Paginator(queries.reports(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_report": bool(_services(request.user)), "breadcrumb": [(TRAIL, "")]}
    return render(request, "onboarding/notices/report_list.html", context)


def _services(user: Any) -> list[DigitalService]:
    """The services for which this person may report something."""
    if user.is_staff_member:
        return []
    found = DigitalService.objects.visible_to(user).select_related("owner").order_by("name", "pk")
    return [service for service in found if members.roles_in(user, service.owner_id) & PREPARERS]


@writes(audience=VENDOR)
def report_new(request: HttpRequest) -> HttpResponse:
    """Say what does not work."""
    services = _services(request.user)
    if not services:
        raise Http404
    initial = {"service": request.GET.get("service", services[0].reference), "environment": "production"}
    form = ReportForm(request.POST or None, services=services, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        wanted = values.pop("service")
        chosen = next(service for service in services if service.reference == wanted)
        with refusals_in(form):
            made = operations.report(chosen, **values, by=request.user)
            messages.success(request, f"Votre signalement {made} est transmis à l’agence.")
            return redirect("report", made.reference)
    context = {
        "form": form,
        "windows": queries.windows_open(request.user, environment="production", at=timezone.now()),
        "breadcrumb": [(TRAIL, reverse("reports")), ("Signaler", "")],
    }
    return render(request, "onboarding/notices/report_new.html", context, status=status_of(form))


@reads(trace="Consultation du signalement {reference}")
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """A report and its exchange."""
    return _page(request, _found(request, reference))


def _page(request: HttpRequest, found: MalfunctionReport, *, status: int = 200, **bound: Any) -> HttpResponse:
    moves = registry.moves_open_to(request.user, found)
    context = {
        "report": found,
        "moves": moves,
        "may_write": bool({"answer", "reply"} & set(moves)),
        "form": ReportMessageForm(),
        "breadcrumb": [(TRAIL, reverse("reports")), (found.reference, "")],
        **bound,
    }
    return render(request, "onboarding/notices/report.html", context, status=status)


def _found(request: HttpRequest, reference: str) -> MalfunctionReport:
    found = queries.report_in_full(request.user, reference)
    if found is None:
        raise Http404
    return found


@writes
def report_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Write to the other side."""
    found, user = _found(request, reference), request.user
    from_agency = bool(getattr(user, "is_agent", False))
    parties.refuse_early(user, ReportMove.ANSWER if from_agency else ReportMove.REPLY, found)
    form = ReportMessageForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operation = operations.answer if from_agency else operations.reply
            operation(found, form.cleaned_data["text"], by=user)
            messages.success(request, "Votre message est envoyé.")
            return redirect("report", reference)
    if not form.is_bound:
        return redirect("report", reference)
    return _page(request, found, status=422, form=form)


@require_POST
@writes(audience=STAFF)
def report_take(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a report in charge."""
    return _moved(request, reference, ReportMove.TAKE, operations.take, "Vous avez pris en charge le signalement {}.")


@require_POST
@writes
def report_close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a report."""
    return _moved(request, reference, ReportMove.CLOSE, operations.close, "Le signalement {} est clos.")


def _moved(
    request: HttpRequest, reference: str, move: ReportMove, operation: Callable[..., None], said: str
) -> HttpResponse:
    found = _found(request, reference)
    parties.refuse_early(request.user, move, found)
    form = ConfirmationForm(request.POST)
    form.is_valid()
    operation(found, by=request.user)
    messages.success(request, said.format(reference))
    return redirect("report", reference)
