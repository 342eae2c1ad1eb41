"""Index of the routes of `policy`'s slices."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("policy.grants.urls")),
    path("", include("policy.gateways.urls")),
    path("", include("policy.profiles.urls")),
    path("", include("policy.servers.urls")),  # before those that take any reference
    path("", include("policy.rollovers.urls")),
    path("", include("policy.certificates.urls")),
    path("", include("policy.diagnosis.urls")),
    path("", include("policy.sanctions.urls")),
    path("", include("policy.verdicts.urls")),
    path("", include("policy.whitelist.urls")),
]
