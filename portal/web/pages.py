"""Pages that anyone may read and that hardly change: accessibility, legal notice, personal data, map of the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .access import public


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """The declaration of accessibility, in the shape that the law gives it."""
    return render(request, "portal/public/accessibility.html", {"breadcrumb": [("Accessibilité", "")]})


@public
def legal_notice(request: HttpRequest) -> HttpResponse:
    """Who publishes and hosts the site."""
    return render(request, "portal/public/legal_notice.html", {"breadcrumb": [("Mentions légales", "")]})


@public
def personal_data(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why, how long, and their rights."""
    return render(request, "portal/public/personal_data.html", {"breadcrumb": [("Données personnelles", "")]})


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page that the reader may reach from here."""
    return render(request, "portal/public/sitemap.html", {"breadcrumb": [("Plan du site", "")]})
