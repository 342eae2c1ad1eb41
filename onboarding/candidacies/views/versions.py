"""What was deposited, for vendor and agency: a version in full, and what it changed to another."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from onboarding.candidacies import access
from onboarding.candidacies.queries import versions
from portal.web.access import reads


@reads(trace="Consultation de la version {number} de la candidature {reference}")
def version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A deposited version, beside the one chosen (`depuis`) or the one before it."""
    found = access.candidacy_of(request.user, reference)
    since = request.GET.get("depuis", "")
    chosen = int(since) if since.isdecimal() and since.isascii() and len(since) <= 4 else None
    read = versions.reading(found, number, since=chosen, agency=request.user.is_staff_member)  # type: ignore[union-attr]
    if read is None:
        raise Http404
    context = {
        "candidacy": found,
        "read": read,
        "others": [one for one in read.versions if one.number != number],
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, f"Version {number}"),
    }
    return render(request, "onboarding/candidacies/version.html", context)
