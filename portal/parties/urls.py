"""Routes of legal entities and invitations."""

from django.urls import path

from . import views

urlpatterns = [
    path("personnes-morales/roles/", views.roles, name="member_roles"),
    path("personnes-morales/boite/<str:token>/", views.mailbox_confirm, name="mailbox_confirm"),
    path("personnes-morales/<str:reference>/", views.entity, name="entity"),
    path("personnes-morales/<str:reference>/modifier/", views.entity_edit, name="entity_edit"),
    path("personnes-morales/<str:reference>/inviter/", views.entity_invite, name="entity_invite"),
    path("personnes-morales/<str:reference>/roles/fin/", views.entity_dismiss, name="entity_dismiss"),
    path("personnes-morales/<str:reference>/depart/", views.entity_hand_over, name="entity_hand_over"),
    path("invitations/<str:reference>/renvoyer/", views.invitation_resend, name="invitation_resend"),
    path("invitations/lien/<str:token>/", views.invitation, name="invitation"),
    path("invitations/<str:reference>/annuler/", views.invitation_withdraw, name="invitation_withdraw"),
]
