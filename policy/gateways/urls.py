"""Routes of the pages of gateways."""

from django.urls import path

from . import views

urlpatterns = [path("liste-blanche/<str:reference>/renouvellement/", views.overlap, name="entry_overlap")]
