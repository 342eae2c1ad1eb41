"""The public pages around the path: the path itself, whom to contact, how to find one's way."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onboarding.desk import delay_bars, public_path
from onboarding.desk.queries import published
from onboarding.figures.delays import FEWEST
from onboarding.legaltexts import queries as legaltexts
from portal.calendar.deadlines import paris_date
from portal.reference import queries as reference
from portal.web.access import public


@public
def public_journey(request: HttpRequest) -> HttpResponse:
    """Who does what, what it takes, how long it really took, when the committee sits, what to read."""
    now = timezone.now()
    bars = delay_bars.bars(published.delays(now))
    context = {
        "steps": public_path.steps(),
        "bars": bars,
        "height": len(bars) * delay_bars.ROW,
        "width": delay_bars.WIDTH,
        "fewest": FEWEST,
        "sessions": published.sessions(paris_date(now)),
        "texts": legaltexts.in_force(),
        "breadcrumb": [("Le parcours", "")],
    }
    return render(request, "portal/public/journey.html", context)


@public
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to write to, by question, and in each region."""
    context = {
        "regions": [region for region in reference.regions() if region.grades_name or region.ars_email],
        "breadcrumb": [("Contact", "")],
    }
    return render(request, "portal/public/contact.html", context)


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """The words of the portal, who may do what, the questions asked most."""
    return render(request, "portal/public/help.html", {"breadcrumb": [("Aide", "")]})
