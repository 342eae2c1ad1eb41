"""The one search box of the agency."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from onboarding.desk import filters, needle
from onboarding.desk.queries import search as found
from portal.web.access import STAFF, reads


@reads(audience=STAFF)
def search(request: HttpRequest) -> HttpResponse:
    """What the text designates, group by group; straight to the page of the one thing that it names exactly.

    `tout` asks for the groups even then.
    """
    typed = filters.read({"q": [request.GET.get("q", "")]}).search
    sought = needle.read(typed)
    result = found.search(request.user, sought)
    if result.only and "tout" not in request.GET:
        name, argument = result.only
        return redirect(name, argument)
    context = {
        "typed": typed,
        "sought": sought.sought,
        "groups": result.groups,
        "most": found.FEW if result.many else 0,
        "breadcrumb": [("Recherche", "")],
    }
    return render(request, "onboarding/desk/search_results.html", context)
