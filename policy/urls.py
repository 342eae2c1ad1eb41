"""Index of the routes of `policy`'s slices."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("policy.grants.urls")),
    path("", include("policy.profiles.urls")),
    path("", include("policy.certificates.urls")),
    path("", include("policy.verdicts.urls")),
    path("", include("policy.whitelist.urls")),
]
