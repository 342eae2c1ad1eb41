"""Routes of the simulator, of the counts of verdicts, and of what a version of the policy changes for services."""

from django.urls import path

from . import views

urlpatterns = [
    path("simulateur/", views.simulator, name="simulator"),
    path("simulateur/verdicts/", views.counts, name="verdict_counts"),
    path("politique/versions/<str:number>/effets/", views.impact, name="policy_impact"),
]
