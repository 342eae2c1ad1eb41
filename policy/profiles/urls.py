"""Routes of the access policy."""

from django.urls import path

from .views import deciding, drafting, reading

VERSION = "politique/versions/<str:number>/"

urlpatterns = [
    path("politique/", reading.policy, name="policy"),
    path("politique/importer/", drafting.import_policy, name="policy_import"),
    path("politique/profils/comparer/", reading.comparison, name="profiles_compared"),
    path("politique/profils/<str:code>/", reading.profile, name="profile"),
    path(VERSION, reading.version, name="policy_version"),
    path(f"{VERSION}fichier/", reading.source, name="policy_source"),
    path(f"{VERSION}nouveau-projet/", drafting.new_draft, name="policy_new_draft"),
    path(f"{VERSION}fiche/", drafting.describe, name="policy_describe"),
    path(f"{VERSION}choix/<str:code>/", drafting.choice, name="policy_choice"),
    path(f"{VERSION}matrice/", drafting.show_matrix, name="policy_matrix"),
    path(f"{VERSION}matrice/<str:element>/<str:profile>/", drafting.cell, name="policy_cell"),
    path(f"{VERSION}verification/", deciding.findings, name="policy_findings"),
    path(f"{VERSION}differences/", deciding.differences, name="policy_differences"),
    path(f"{VERSION}reprendre/", deciding.reopen, name="policy_reopen"),
    path(f"{VERSION}approuver/", deciding.approve, name="policy_approve"),
    path(f"{VERSION}publier/", deciding.publish, name="policy_publish"),
]
