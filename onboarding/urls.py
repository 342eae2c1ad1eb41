"""Index of the routes of `onboarding`'s slices."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onboarding.vendors.urls")),
    path("", include("onboarding.candidacies.urls")),
    path("", include("onboarding.legaltexts.urls")),
    path("", include("onboarding.establishments.urls")),
    path("", include("onboarding.formalities.urls")),
    path("", include("onboarding.committee.urls")),
    path("", include("onboarding.changes.urls")),
    path("", include("onboarding.orientation.urls")),
    path("", include("onboarding.directory.urls")),
    path("", include("onboarding.notices.urls")),
    path("", include("onboarding.figures.urls")),
    path("", include("onboarding.letters.urls")),
    path("", include("onboarding.takeovers.urls")),
    path("", include("onboarding.desk.urls")),
    path("", include("onboarding.exports.urls")),
    path("", include("onboarding.campaigns.urls")),
]
