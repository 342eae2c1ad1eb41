"""The page « Échéances »: what ends when, what replaces it, and what the clock could not learn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from portal.web.access import STAFF, reads

from .. import queries, timeline

SHOWN = 50  # certificates of one table


@reads
def certificate_deadlines(request: HttpRequest) -> HttpResponse:
    """The certificates that the person may see, over the coming twelve months; alarms for agents."""
    now = timezone.now()
    is_agent = request.user.is_agent  # type: ignore[union-attr]
    servers = queries.servers_ending(request.user, at=now)
    columns = queries.columns(request.user, servers, at=now)
    context = {
        "columns": columns,
        "width": timeline.WIDTH,
        "height": timeline.HEIGHT,
        "total": sum(column.count for column in columns),
        "unprepared": sum(column.unprepared for column in columns),
        "certificates": queries.listed(request.user, at=now),
        "servers": servers[:SHOWN],
        "alarms": queries.alarms(at=now) if is_agent else [],
        "is_agent": is_agent,
        "now": now,
        "breadcrumb": [("Certificats", reverse("certificates")), ("Échéances", "")],
    }
    return render(request, "policy/certificates/certificate_deadlines.html", context)


@reads(audience=STAFF)
def certificate_runs(request: HttpRequest) -> HttpResponse:
    """The last rounds of checks and what each source answered."""
    now = timezone.now()
    context = {
        "runs": queries.runs(),
        "review": queries.last_review(),
        "faulty": queries.faulty(now).visible_to(request.user).select_related("service__owner").order_by("pk")[:SHOWN],
        "readings": queries.latest_readings(),
        "period": queries.revocation_period(at=now),
        "alarms": queries.alarms(at=now),
        "breadcrumb": [("Certificats", reverse("certificates")), ("Contrôles", "")],
    }
    return render(request, "policy/certificates/certificate_runs.html", context)
