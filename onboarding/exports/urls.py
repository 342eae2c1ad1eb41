"""Routes of long exports."""

from django.urls import path

from onboarding.exports import views

urlpatterns = [
    path("exports/nouveau/", views.export_ask, name="export_ask"),
    path("exports/<str:reference>/", views.export, name="export"),
    path("exports/<str:reference>/fichier.xlsx", views.export_file, name="export_file"),
]
