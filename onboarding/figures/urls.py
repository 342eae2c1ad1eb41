"""Routes of the figures."""

from django.urls import path

from onboarding.figures import views

urlpatterns = [
    path("chiffres/", views.figure_list, name="figures"),
    path("chiffres/<slug:key>.<slug:extension>", views.figure_export, name="figure_export"),
]
