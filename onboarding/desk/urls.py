"""Routes of the desk."""

from django.urls import path

from onboarding.desk.views import dossiers, home, services

urlpatterns = [
    path("", home.home, name="home"),
    path("tableau-de-bord/", home.dashboard, name="dashboard"),
    path("bureau/", home.desk, name="desk"),
    path("services/", services.services, name="services"),
    path("services/<str:reference>/", services.service, name="service"),
    path("dossiers/", dossiers.dossier_list, name="candidacies"),
    path("dossiers/<str:reference>/", dossiers.dossier, name="dossier"),
    path("dossiers/<str:reference>/<slug:tab>/", dossiers.dossier_tab, name="dossier_tab"),
]
