"""Routes of documents."""

from django.urls import path

from . import views

urlpatterns = [
    path("documents/", views.document_list, name="documents"),
    path("documents/verifier/", views.document_check, name="document_check"),
    path("documents/verifier/<str:code>/", views.document_check, name="document_check"),
    path("documents/pieces/<slug:reference>/", views.deposit_download, name="deposit_download"),
    path("documents/<slug:reference>/", views.download, name="document_download"),
]
