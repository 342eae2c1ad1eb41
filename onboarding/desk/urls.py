"""Routes of the desk."""

from django.urls import path

from onboarding.desk.views import digital_services, dossiers, home

urlpatterns = [
    path("", home.home, name="home"),
    path("tableau-de-bord/", home.dashboard, name="dashboard"),
    path("bureau/", home.desk, name="desk"),
    path("services/", digital_services.services, name="services"),
    path("services/<str:reference>/", digital_services.service, name="service"),
    path("dossiers/", dossiers.dossier_list, name="candidacies"),
    path("dossiers/<str:reference>/", dossiers.dossier, name="dossier"),
    path("dossiers/<str:reference>/<slug:tab>/", dossiers.dossier_tab, name="dossier_tab"),
]
