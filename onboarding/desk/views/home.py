"""The first page of each side: the public welcome, the vendor's dashboard, the agency's desk."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from onboarding.committee import queries as committee
from onboarding.desk import alerts
from onboarding.desk.queries import dashboard as boards
from onboarding.desk.queries import journeys, tasks
from onboarding.desk.steps import Turn
from portal.calendar.deadlines import paris_date
from portal.parameters import queries as parameters
from portal.web.access import STAFF, VENDOR, public, reads


@public
def home(request: HttpRequest) -> HttpResponse:
    """Where each person starts; a welcome for those who are not signed in."""
    user: Any = request.user
    if user.is_authenticated:
        return redirect(_start(user))
    context = {"next_session": committee.next_session(paris_date(timezone.now()))}
    return render(request, "onboarding/desk/welcome.html", context)


def _start(user: Any) -> str:
    """The page of one's side; regional actors have none yet but their account."""
    if user.is_agent:
        return "desk"
    return "account" if user.is_staff_member else "dashboard"


@reads(audience=VENDOR)
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for the vendor, what runs out, where each service stands."""
    now = timezone.now()
    services = boards.services(request.user)
    ways = journeys.ways_of(services)
    seen = {service.reference: journeys.seen_by(request.user, service, ways[service.reference]) for service in services}
    horizon = now + timedelta(days=_notice_days(now))
    found = [
        alert
        for service in services
        for way in ways[service.reference]
        for alert in alerts.alerts(way.facts, name=service.name, now=now, horizon=horizon)
    ]
    context = {
        "cards": [(service, seen[service.reference]) for service in services],
        "alerts": sorted(found, key=lambda alert: alert.gravity),
        "claims": boards.unsettled_claims(request.user),
        "entities": boards.entities(request.user),
        "documents": boards.latest_documents(request.user),
        "side": Turn.VENDOR,
        "breadcrumb": [("Tableau de bord", "")],
    }
    return render(request, "onboarding/desk/dashboard.html", context)


def _notice_days(now: datetime) -> int:
    """The first reminder before a certificate ends, in days."""
    days = parameters.value("certificates.notice_days", at=now)
    return max(days) if isinstance(days, list) else 0


@reads(audience=STAFF)
def desk(request: HttpRequest) -> HttpResponse:
    """What the agent does now, then what the rest of the agency has to do."""
    now, user = timezone.now(), request.user
    mine, others = tasks.of_roles(tasks.task_lists(user, now=now), user.staff_roles)  # type: ignore[union-attr]
    context = {
        "mine": mine,
        "others": others,
        "next_session": tasks.next_session(user, now=now),
        "breadcrumb": [("Bureau", "")],
    }
    return render(request, "onboarding/desk/desk.html", context)
