"""Index of the REST API: the routes of every slice under `/api/v1/`, its schema and its documentation."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from portal.tokens import schema as schema  # registers the bearer scheme of the documentation
from portal.web.access import public

READ = ["get", "head"]  # the framework's answer to OPTIONS knows nothing of these pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema", public(SpectacularAPIView.as_view(http_method_names=READ)), name="api_schema"),
    path(
        "docs",
        public(SpectacularSwaggerSplitView.as_view(url_name="api_schema", http_method_names=READ)),
        name="api_docs",
    ),
    path("", include("policy.certificates.api")),
    path("", include("policy.grants.api")),
    path("", include("policy.whitelist.api")),
    path("", include("policy.gateways.api")),
    path("", include("policy.verdicts.api")),
    path("", include("onboarding.candidacies.api")),
    path("", include("onboarding.notices.api")),
    path("", include("onboarding.changes.api")),
]
