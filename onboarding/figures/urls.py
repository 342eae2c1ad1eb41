"""Routes of the figures."""

from django.urls import path

from onboarding.figures import views

urlpatterns = [
    path("cercle-en-chiffres/", views.public_figures, name="public_figures"),
    path("cercle-en-chiffres/<slug:key>.csv", views.public_figure_csv, name="public_figure_csv"),
    path("chiffres/", views.figure_list, name="figures"),
    path("chiffres/<slug:key>.<slug:extension>", views.figure_export, name="figure_export"),
]
