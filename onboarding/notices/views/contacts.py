"""« Contacts douteux »: addresses that refuse mail, and mails that had nobody to go to."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onboarding.notices import queries
from portal.mail import queries as mails
from portal.parties.models import LegalEntity
from portal.web.access import STAFF, reads

SHOWN = timedelta(days=90)
MOST = 50


@reads(audience=STAFF)
def contact_list(request: HttpRequest) -> HttpResponse:
    """Whom the agency cannot reach, and what they did not receive: nothing says of whom, so all or nothing of it."""
    closed = set(LegalEntity.objects.closed_to(request.user).values_list("pk", flat=True))
    context = {
        "doubts": queries.contacts_in_doubt(closed),
        "unaddressed": [] if closed else list(mails.unaddressed(since=timezone.now() - SHOWN)[:MOST]),
        "is_partial": bool(closed),
        "breadcrumb": [("Contacts douteux", "")],
    }
    return render(request, "onboarding/notices/contact_list.html", context)
