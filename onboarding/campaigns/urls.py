"""Routes of test campaigns."""

from django.urls import path

from .views import agency, campaigns, customers

urlpatterns = [
    path("tests/", campaigns.campaigns, name="campaigns"),
    path("habilitations/<str:reference>/tests/", agency.campaign_open, name="campaign_open"),
    path("habilitations/<str:reference>/commanditaires/", customers.customer_file, name="customer_file"),
    path("commanditaires/", customers.customers, name="customers"),
    path("commanditaires/<str:reference>/", customers.customer, name="customer"),
    path("commanditaires/<str:reference>/accepter/", customers.customer_accept, name="customer_accept"),
    path("commanditaires/<str:reference>/refuser/", customers.customer_refuse, name="customer_refuse"),
    path("tests/<str:reference>/", campaigns.campaign, name="campaign"),
    path("tests/<str:reference>/rapport/", campaigns.report_import, name="report_import"),
    path("tests/<str:reference>/fin/", campaigns.campaign_declare, name="campaign_declare"),
    path("tests/<str:reference>/conformes/", agency.accept_conforming, name="accept_conforming"),
    path("tests/<str:reference>/resultats/<int:number>/", agency.result_accept, name="result_accept"),
    path("tests/<str:reference>/validation/", agency.campaign_verify, name="campaign_verify"),
    path("tests/<str:reference>/reprise/", agency.campaign_redo, name="campaign_redo"),
]
