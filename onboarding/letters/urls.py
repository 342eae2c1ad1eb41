"""Routes of the models of letters."""

from django.urls import path

from onboarding.letters import views

urlpatterns = [
    path("modeles/", views.letter_models, name="letter_models"),
    path("modeles/nouveau/", views.letter_model_write, name="letter_model_write"),
    path("modeles/<str:reference>/", views.letter_model, name="letter_model"),
    path("modeles/<str:reference>/modifier/", views.letter_model_rewrite, name="letter_model_rewrite"),
    path("modeles/<str:reference>/retirer/", views.letter_model_retire, name="letter_model_retire"),
    path("dossiers/<str:reference>/courrier/envoyer/", views.letter_send, name="letter_send"),
    path("dossiers/<str:reference>/courrier/", views.letter_draft, name="letter_draft"),
]
