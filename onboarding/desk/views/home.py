"""The first page of each side: the public welcome, the vendor's dashboard, the agency's desk."""

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from onboarding.changes import queries as declarations
from onboarding.desk import alerts
from onboarding.desk.queries import acts, changes, journeys, published, tasks
from onboarding.desk.queries import dashboard as boards
from onboarding.desk.steps import Turn
from onboarding.figures.delays import Stage
from onboarding.legaltexts import queries as legaltexts
from onboarding.notices import queries as notices
from onboarding.orientation import session as orientation
from portal.calendar.deadlines import paris_date
from portal.parameters import queries as parameters
from portal.parties import queries as parties
from portal.parties.roles import PREPARERS
from portal.web.access import STAFF, VENDOR, public, reads

PER_LIST = 50
ALERTS = 10  # told above the cards; more are counted


@public
def home(request: HttpRequest) -> HttpResponse:
    """Where each person starts; a welcome for those who are not signed in."""
    user: Any = request.user
    if user.is_authenticated:
        return redirect(_start(user))
    now = timezone.now()
    windows = notices.status(user, now=now)
    measured = {measure.stage: measure for measure in published.delays(now)}
    context = {
        "sessions": published.sessions(paris_date(now)),
        "whole": measured.get(Stage.WHOLE),
        "under_way": windows.under_way,
        "coming": windows.coming,
    }
    return render(request, "onboarding/desk/welcome.html", context)


def _start(user: Any) -> str:
    """The page of one's side: the desk of the agency, the space of a region, the dashboard of a vendor."""
    if user.is_agent:
        return "desk"
    return "regional_space" if user.is_staff_member else "dashboard"


@reads(audience=VENDOR)
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for the vendor, what runs out, where each service stands."""
    now = timezone.now()
    horizon = now + timedelta(days=_notice_days(now))
    entities = parties.entities_of(request.user)
    page = boards.services(request.user, request.GET.get("page", ""))
    services, troubled = list(page.object_list), boards.troubled(request.user, horizon=horizon)
    every = {service.pk: service for service in (*services, *troubled)}
    rows = journeys.gather(list(every.values()), read=acts.instants)
    seen = [journeys.seen_by(request.user, service, journeys.told(service, rows)) for service in services]
    found = [
        alert
        for service in troubled
        for facts in journeys.facts_of(service, rows)
        for alert in alerts.alerts(
            facts, name=service.name, now=now, horizon=horizon, roles=parties.roles_in(request.user, service.owner_id)
        )
    ]
    context = {
        "cards": list(zip(services, seen, strict=True)),
        "page": page,
        "alerts": sorted(found, key=lambda alert: alert.gravity)[:ALERTS],
        "more_alerts": max(0, len(found) - ALERTS),
        "claims": boards.unsettled_claims(request.user),
        "entities": [(entity, _prepares(request.user, entity.pk)) for entity in entities],
        "documents": boards.latest_documents(request.user),
        "side": Turn.VENDOR,
        "waiting": declarations.waiting_for_vendor(request.user),
        "to_sign": legaltexts.to_sign(request.user),
        "to_read": notices.to_read(request.user),
        "oriented": orientation.kept(request.session),
        "breadcrumb": [("Tableau de bord", "")],
    }
    turns = {way.journey.turn for ways in seen for way in ways}
    calling = ("alerts", "claims", "waiting", "to_sign", "to_read", "oriented")
    context["is_calm"] = services and Turn.VENDOR not in turns and not any(context[name] for name in calling)
    return render(request, "onboarding/desk/dashboard.html", context)


def _prepares(user: Any, entity_id: int) -> bool:
    """Whether the person declares services of this entity and fills their requests."""
    return bool(PREPARERS & parties.roles_in(user, entity_id))


def _notice_days(now: datetime) -> int:
    """The first reminder before a certificate ends, in days."""
    days = parameters.value("certificates.notice_days", at=now)
    return max(days) if isinstance(days, list) else 0


@reads(trace="Consultation du bureau", audience=STAFF)
def desk(request: HttpRequest) -> HttpResponse:
    """What the agent does now, then what the rest of the agency has to do."""
    now, user = timezone.now(), request.user
    mine, others = tasks.of_roles(tasks.task_lists(user, now=now), user.staff_roles)  # type: ignore[union-attr]
    context = {
        "has_part": bool(mine),
        "mine": [one for one in mine if one.count],
        "others": [one for one in others if one.count],
        "nothing": [one.title.lower() for one in (*mine, *others) if not one.count],
        "today": paris_date(now),
        "changes": changes.since_last_visit(user, now=now),
        "next_session": tasks.next_session(user, now=now),
        "breadcrumb": [("Bureau", "")],
    }
    return render(request, "onboarding/desk/desk.html", context)


@reads(audience=STAFF)
def desk_list(request: HttpRequest, lane: str) -> HttpResponse:
    """A whole task list of the desk, page by page, the most urgent first."""
    found = tasks.whole(request.user, lane, now=timezone.now())
    if found is None:
        raise Http404
    which, rows, tell = found
    page = Paginator(rows, PER_LIST).get_page(request.GET.get("page"))
    context = {
        "lane": which,
        "page": page,
        "tasks": [tell(row) for row in page.object_list],
        "query": "",
        "breadcrumb": [("Bureau", reverse("desk")), (which.title, "")],
    }
    return render(request, "onboarding/desk/desk_list.html", context)
