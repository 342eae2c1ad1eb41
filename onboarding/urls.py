"""Index of the routes of `onboarding`'s slices."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onboarding.vendors.urls")),
    path("", include("onboarding.candidacies.urls")),
    path("", include("onboarding.legaltexts.urls")),
    path("", include("onboarding.establishments.urls")),
    path("", include("onboarding.committee.urls")),
    path("", include("onboarding.desk.urls")),
    path("", include("onboarding.campaigns.urls")),
]
