"""The list of services, and the page of one: its whole journey, for its vendor and for the agency."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy
from onboarding.desk.queries import acts, journeys
from onboarding.desk.queries import dashboard as boards
from onboarding.desk.steps import Turn
from onboarding.vendors import queries as vendors
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.parties import queries as members
from portal.parties.models import DigitalService
from portal.parties.roles import PREPARERS
from portal.web.access import reads

PER_PAGE = 25


@reads
def services(request: HttpRequest) -> HttpResponse:
    """The services one may see, each with its stage."""
    found = DigitalService.objects.visible_to(request.user).select_related("owner").order_by("name", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    ways = journeys.ways_of(rows, read=acts.none)
    context = {
        "page": page,
        "rows": [(service, ways[service.reference]) for service in rows],
        "breadcrumb": [("Services", "")],
    }
    return render(request, "onboarding/desk/services.html", context)


@reads(trace="Consultation du service {reference}")
def service(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the service is, who must act, by when; then everything it has."""
    user: Any = request.user
    found = parties.service_of(user, reference)
    ways = journeys.ways_of([found])[found.reference]
    side = Turn.AGENCY if user.is_agent else Turn.VENDOR
    context = {
        "service": found,
        "sheet": vendors.sheet_of(found),
        "ways": [(way, way.journey.next_act(side)) for way in journeys.seen_by(user, found, ways)],
        "side": side,
        "may_prepare": bool(members.roles_in(user, found.owner_id) & PREPARERS),
        "documents": boards.documents_of(found, user),
        "may_register": registry.may(user, Move.REGISTER, Candidacy(service=found)),
        "breadcrumb": [("Services", "/services/"), (found.name, "")],
    }
    return render(request, "onboarding/desk/service.html", context)
