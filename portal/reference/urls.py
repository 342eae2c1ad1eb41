"""Routes of the reference data."""

from django.urls import path

from . import views

urlpatterns = [
    path("referentiel/etablissements/", views.register, name="register"),
    path("referentiel/regions/", views.regions, name="regions"),
    path("referentiel/regions/<str:code>/", views.region, name="region"),
    path("referentiel/nomenclatures/", views.nomenclatures, name="nomenclatures"),
    path("referentiel/nomenclatures/charger/", views.nomenclature_import, name="nomenclature_import"),
    path("referentiel/nomenclatures/<str:table>/", views.nomenclature, name="nomenclature"),
]
