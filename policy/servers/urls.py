"""Routes of the pages of servers' certificates."""

from django.urls import path

from . import views

urlpatterns = [
    path(
        "services/<str:reference>/certificats/<slug:environment>/serveur/", views.server_declare, name="server_declare"
    ),
    path("certificats/serveurs/<str:reference>/", views.server_certificate, name="server_certificate"),
    path("certificats/serveurs/<str:reference>/retrait/", views.server_retire, name="server_retire"),
]
