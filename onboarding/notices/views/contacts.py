"""« Contacts douteux »: addresses that refuse mail, and mails that had nobody to go to."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onboarding.notices import queries
from portal.mail import queries as mails
from portal.web.access import STAFF, reads

SHOWN = timedelta(days=90)
MOST = 50


@reads(audience=STAFF)
def contact_list(request: HttpRequest) -> HttpResponse:
    """Whom the agency cannot reach, and what they did not receive."""
    context = {
        "doubts": queries.contacts_in_doubt(),
        "unaddressed": list(mails.unaddressed(since=timezone.now() - SHOWN)[:MOST]),
        "breadcrumb": [("Contacts douteux", "")],
    }
    return render(request, "onboarding/notices/contact_list.html", context)
