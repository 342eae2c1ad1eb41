"""Routes of the access policy."""

from django.urls import path

from . import views

urlpatterns = [
    path("politique/", views.policy, name="policy"),
    path("politique/importer/", views.import_policy, name="policy_import"),
    path("politique/versions/<str:number>/", views.version, name="policy_version"),
    path("politique/versions/<str:number>/fichier/", views.source, name="policy_source"),
    path("politique/versions/<str:number>/publier/", views.publish, name="policy_publish"),
]
