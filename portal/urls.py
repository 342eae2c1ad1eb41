"""Roof of the routes: the ground's pages, the two floors, the API, the libraries'."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/", include("allauth.urls")),
    path("", include("onboarding.urls")),
    path("", include("policy.urls")),
]
