"""Routes of the pages of certificates."""

from django.urls import path

from .views import verdicts

urlpatterns = [
    path(
        "services/<str:reference>/certificats/<slug:environment>/",
        verdicts.certificate_declare,
        name="certificate_declare",
    ),
    path("certificats/<str:reference>/", verdicts.certificate, name="certificate"),
    path("certificats/<str:reference>/certificat.pem", verdicts.certificate_file, name="certificate_file"),
    path("certificats/<str:reference>/retrait/", verdicts.certificate_retire, name="certificate_retire"),
]
