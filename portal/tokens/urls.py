"""Routes of the pages « Jetons d’API »."""

from django.urls import path

from . import views

urlpatterns = [
    path("administration/jetons/", views.tokens, name="tokens"),
    path("administration/jetons/nouveau/", views.token_create, name="token_create"),
    path("administration/jetons/<slug:prefix>/", views.token, name="token"),
    path("administration/jetons/<slug:prefix>/revoquer/", views.token_revoke, name="token_revoke"),
]
