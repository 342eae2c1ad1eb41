"""The home of a regional space: its task lists with counts and delays, its dossiers, its decisions, page by page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onboarding.committee.queries import regional
from onboarding.committee.regional_lanes import RegionalLane
from onboarding.desk.queries import clocks
from portal.accounts.acting import acting
from portal.web.access import reads

PAGE = 25
DECIDED = "decisions"


@reads
def regional_space(request: HttpRequest) -> HttpResponse:
    """What waits in the regions that this person serves, and one list of it."""
    user = acting(request)
    if not user.regions:
        raise Http404
    asked = request.GET.get("liste", "")
    lane = asked if asked in {*RegionalLane, DECIDED} else ""
    rows: Any = regional.decisions(user) if lane == DECIDED else regional.in_lane(user, lane)
    tasks = regional.tasks(user)
    page: Any = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "regions": regional.regions_of(user),
        "tasks": tasks,
        "waiting": [task for task in tasks if task.count],
        "lane": lane,
        "page": page,
        "query": f"liste={lane}" if lane else "",
        "decided": DECIDED,
        "breadcrumb": [("Espace régional", "")],
    }
    if lane != DECIDED:
        now = timezone.now()
        delays = clocks.delays_of({one.pk: one.state for one in page}, now=now)
        context["rows"] = [(one, delays.get(one.pk)) for one in page]
    return render(request, "onboarding/desk/regional_space.html", context)
