"""Routes of legal entities and invitations."""

from django.urls import path

from . import views

urlpatterns = [
    path("personnes-morales/<str:reference>/", views.entity, name="entity"),
    path("personnes-morales/<str:reference>/modifier/", views.entity_edit, name="entity_edit"),
    path("personnes-morales/<str:reference>/inviter/", views.entity_invite, name="entity_invite"),
    path("personnes-morales/<str:reference>/roles/fin/", views.entity_dismiss, name="entity_dismiss"),
    path("invitations/lien/<str:token>/", views.invitation, name="invitation"),
    path("invitations/<str:reference>/annuler/", views.invitation_withdraw, name="invitation_withdraw"),
]
