"""Roof of the routes: the ground's pages, the two floors, the API, the libraries'."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.web.urls")),
    path("", include("portal.accounts.urls")),
    path("api/v1/", include("portal.api")),
    path("", include("portal.tokens.urls")),
    path("", include("portal.mail.urls")),
    path("", include("portal.documents.urls")),
    path("", include("portal.parties.urls")),
    path("", include("onboarding.urls")),
    path("", include("policy.urls")),
    path("", include("portal.reference.urls")),
    path("", include("portal.parameters.urls")),
]

if settings.DEMO and settings.EMBEDDED:
    from portal.demo import signin

    urlpatterns.append(path("demonstration/connexion/", signin.sign_in, name="demo_sign_in"))

handler400 = "portal.web.views.bad_request"
handler403 = "portal.web.views.forbidden"
handler404 = "portal.web.views.not_found"
handler429 = "portal.web.views.too_many"
handler500 = "portal.web.views.server_error"
