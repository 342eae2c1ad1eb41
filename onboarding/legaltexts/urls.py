"""Routes of legal texts and signatures."""

from django.urls import path

from . import views

urlpatterns = [
    path("textes/", views.text_list, name="legal_texts"),
    path("textes/signatures/", views.signature_list, name="signatures"),
    path("textes/<slug:slug>/", views.read_text, name="legal_text"),
    path("textes/<slug:slug>/publier/", views.publish_text, name="legal_text_publish"),
    path("textes/<slug:slug>/version-<int:number>/", views.read_text, name="legal_text_version"),
    path("textes/<slug:slug>/version-<int:number>.txt", views.exact_text, name="legal_text_bytes"),
    path("textes/<slug:slug>/version-<int:number>.pdf", views.readable_text, name="legal_text_pdf"),
    path("textes/<slug:slug>/version-<int:number>/suivi/", views.text_follow_up, name="legal_text_follow_up"),
    path("textes/<slug:slug>/signer/<slug:reference>/", views.sign_text, name="legal_text_sign"),
]
