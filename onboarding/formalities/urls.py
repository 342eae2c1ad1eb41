"""Routes of what is done outside the portal."""

from django.urls import path

from . import views

urlpatterns = [
    path("services/<str:reference>/demarches/", views.formalities, name="formalities"),
    path("services/<str:reference>/demarches/<slug:slug>/", views.formality_declare, name="formality_declare"),
    path(
        "services/<str:reference>/demarches/<slug:slug>/retirer/", views.formality_withdraw, name="formality_withdraw"
    ),
    path("services/<str:reference>/aide/<slug:code>/", views.sheet_prepare, name="sheet_prepare"),
    path("services/<str:reference>/formulaire/<slug:code>/", views.form_filled, name="form_filled"),
    path("formulaires-officiels/", views.official_forms, name="official_forms"),
    path("formulaires-officiels/deposer/", views.official_form_upload, name="official_form_upload"),
    path("formulaires-officiels/<str:reference>/champs/", views.official_form_match, name="official_form_match"),
]
