"""Routes of establishment lists."""

from django.urls import path

from . import views

urlpatterns = [
    path("services/<str:reference>/etablissements/", views.establishments, name="establishments"),
    path("services/<str:reference>/etablissements/envoyer/", views.list_upload, name="list_upload"),
    path("listes/modele.csv", views.list_template, name="list_template"),
    path("listes/<str:reference>/", views.list_detail, name="list"),
    path("listes/<str:reference>/telecharger/", views.list_download, name="list_download"),
    path("listes/<str:reference>/confirmer/", views.list_confirm, name="list_confirm"),
    path("listes/<str:reference>/lignes/<int:rank>/", views.list_line, name="list_line"),
    path("listes/<str:reference>/lignes/<int:rank>/retirer/", views.list_line_remove, name="list_line_remove"),
]
