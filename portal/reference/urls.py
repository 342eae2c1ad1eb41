"""Routes of the reference data."""

from django.urls import path

from . import views

urlpatterns = [
    path("referentiel/etablissements/", views.register, name="register"),
    path("referentiel/regions/", views.regions, name="regions"),
    path("referentiel/regions/<str:code>/", views.region, name="region"),
]
