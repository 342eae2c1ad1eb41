"""Routes of the pages of rights."""

from django.urls import path

from . import views

urlpatterns = [
    path("habilitations/", views.grants, name="grants"),
    path("habilitations/<slug:reference>/", views.grant, name="grant"),
    path("habilitations/<slug:reference>/connexion/<slug:environment>/", views.connection, name="grant_connection"),
    path("habilitations/<slug:reference>/adresse/", views.production_url, name="grant_production_url"),
]
