"""Routes of the campaigns."""

from django.urls import path

from . import views

urlpatterns = [
    path("certificats/campagnes/", views.rollovers, name="rollovers"),
    path("certificats/autorites/<str:reference>/campagne/", views.rollover_open, name="rollover_open"),
    path("certificats/campagnes/<str:reference>/", views.rollover, name="rollover"),
    path("certificats/campagnes/<str:reference>/fin/", views.rollover_extend, name="rollover_extend"),
    path("certificats/campagnes/<str:reference>/acte/<slug:act>/", views.rollover_act, name="rollover_act"),
]
