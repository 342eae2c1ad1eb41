"""Routes of the pages of certificates."""

from django.urls import path

from . import views

urlpatterns = [
    path(
        "services/<str:reference>/certificats/<slug:environment>/",
        views.certificate_declare,
        name="certificate_declare",
    ),
    path("certificats/<str:reference>/", views.certificate, name="certificate"),
    path("certificats/<str:reference>/certificat.pem", views.certificate_file, name="certificate_file"),
    path("certificats/<str:reference>/retrait/", views.certificate_retire, name="certificate_retire"),
]
