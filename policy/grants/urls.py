"""Routes of the pages of rights."""

from django.urls import path

from . import views

urlpatterns = [
    path("habilitations/", views.grants, name="grants"),
    path("habilitations/<slug:reference>/", views.grant, name="grant"),
    path("habilitations/<slug:reference>/se-connecter/", views.how_to_connect, name="grant_how_to_connect"),
    path("habilitations/<slug:reference>/connexion/<slug:environment>/", views.connection, name="grant_connection"),
    path("habilitations/<slug:reference>/secret/<slug:environment>/", views.secret, name="grant_secret"),
    path("habilitations/<slug:reference>/secret/<slug:environment>/lu/", views.secret_shown, name="grant_secret_shown"),
    path(
        "habilitations/<slug:reference>/secret/<slug:environment>/remettre/",
        views.secret_issue,
        name="grant_secret_issue",
    ),
    path("habilitations/<slug:reference>/adresse/", views.production_url, name="grant_production_url"),
]
