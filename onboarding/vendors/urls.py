"""Routes of claims and services' sheets."""

from django.urls import path

from onboarding.vendors.views import claims, joining

urlpatterns = [
    path("rattachements/", claims.claims, name="claims"),
    path("rattachements/nouvelle/", claims.claim_new, name="claim_new"),
    path("rattachements/<str:reference>/", claims.claim, name="claim"),
    path("rattachements/<str:reference>/verifier/", claims.claim_verify, name="claim_verify"),
    path("rattachements/<str:reference>/refuser/", claims.claim_refuse, name="claim_refuse"),
    path("adhesions/nouvelle/", joining.join_new, name="join_new"),
    path("adhesions/<str:reference>/", joining.join, name="join"),
    path("adhesions/<str:reference>/accepter/", joining.join_accept, name="join_accept"),
    path("adhesions/<str:reference>/refuser/", joining.join_refuse, name="join_refuse"),
    path("adhesions/<str:reference>/retirer/", joining.join_withdraw, name="join_withdraw"),
    path("personnes-morales/<str:reference>/mandats/", joining.mandates, name="mandates"),
    path("personnes-morales/<str:reference>/mandats/nouveau/", joining.mandate_new, name="mandate_new"),
    path("mandats/<str:reference>/fin/", joining.mandate_end, name="mandate_end"),
    path("personnes-morales/<str:reference>/services/nouveau/", claims.service_new, name="service_new"),
    path("services/<str:reference>/modifier/", claims.service_edit, name="service_edit"),
]
