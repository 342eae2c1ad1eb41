"""Routes of claims and services' sheets."""

from django.urls import path

from . import views

urlpatterns = [
    path("rattachements/", views.claims, name="claims"),
    path("rattachements/nouvelle/", views.claim_new, name="claim_new"),
    path("rattachements/<str:reference>/", views.claim, name="claim"),
    path("rattachements/<str:reference>/verifier/", views.claim_verify, name="claim_verify"),
    path("rattachements/<str:reference>/refuser/", views.claim_refuse, name="claim_refuse"),
    path("personnes-morales/<str:reference>/services/nouveau/", views.service_new, name="service_new"),
    path("services/<str:reference>/modifier/", views.service_edit, name="service_edit"),
]
