"""The public list of the services in the circle, its file, and the vendor's word on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from portal.calendar.deadlines import paris_date
from portal.parties import access as parties
from portal.web import spreadsheet
from portal.web.access import VENDOR, public, writes
from portal.web.acting import posted, refusals_in, status_of

from . import operations, queries
from .forms import ListingForm, SearchForm
from .lifecycle import Move, State
from .models import Listing

COLUMNS = ("Service", "Organisme", "Type de solution", "Usage du ROR", "Présentation")


@public
def circle(request: HttpRequest) -> HttpResponse:
    """The services in production whose vendors accepted to be shown."""
    form = SearchForm(request.GET)
    search = form.cleaned_data["recherche"] if form.is_valid() else ""
    context = {
        "form": form,
        "search": search,
        "services": queries.shown(search),
        "breadcrumb": [("Services du cercle", "")],
    }
    return render(request, "onboarding/directory/circle.html", context)


@public
def circle_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file, under the open licence of the site."""
    rows = [
        (one.service.name, one.service.owner.name, one.service.get_kind_display(), one.doing, one.presentation)
        for one in queries.shown()
    ]
    response = HttpResponse(spreadsheet.csv_bytes(COLUMNS, rows), content_type=spreadsheet.CSV_TYPE)
    name = f"services-du-cercle-{paris_date(timezone.now()):%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@writes(audience=VENDOR)
def listing(request: HttpRequest, reference: str) -> HttpResponse:
    """Say whether a service is shown, and with which words."""
    service = parties.service_of(request.user, reference)
    found = queries.listing_of(service)
    parties.refuse_early(request.user, Move.LIST, Listing(service=service))
    is_shown = found is not None and found.state == State.LISTED
    initial = {"shown": is_shown, "presentation": found.presentation if found else ""}
    form = ListingForm(posted(request), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            if form.cleaned_data["shown"]:
                operations.show(service, presentation=form.cleaned_data["presentation"], by=request.user)
            elif found and is_shown:
                operations.hide(found, by=request.user)
            messages.success(request, "Votre choix est enregistré.")
            return redirect("service", reference)
    context = {
        "form": form,
        "service": service,
        "cancel": parties.page_of_service(service),
        "breadcrumb": [(service.name, parties.page_of_service(service)), ("Liste publique", "")],
    }
    return render(request, "onboarding/directory/listing.html", context, status=status_of(form))
