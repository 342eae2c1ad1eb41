"""Routes of the diagnosis of connections."""

from django.urls import path

from . import views

urlpatterns = [
    path("diagnostic/connexion/", views.diagnostic, name="diagnostic"),
    path("pourquoi-ma-connexion-echoue/", views.why, name="why"),
]
