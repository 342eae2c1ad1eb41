"""Routes of the public list."""

from django.urls import path

from . import views

urlpatterns = [
    path("services-du-cercle/", views.circle, name="circle"),
    path("services-du-cercle.csv", views.circle_csv, name="circle_csv"),
    path("services/<str:reference>/liste-publique/", views.listing, name="listing"),
]
