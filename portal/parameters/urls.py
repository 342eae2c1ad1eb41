"""Routes of the settings."""

from django.urls import path

from . import views

urlpatterns = [
    path("reglages/", views.parameters, name="parameters"),
    path("reglages/propositions/<str:reference>/approuver/", views.parameter_approve, name="parameter_approve"),
    path("reglages/propositions/<str:reference>/ecarter/", views.parameter_reject, name="parameter_reject"),
    path("reglages/<str:key>/", views.parameter, name="parameter"),
    path("reglages/<str:key>/modifier/", views.parameter_set, name="parameter_set"),
]
