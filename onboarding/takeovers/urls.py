"""Routes of the take-over of services already connected."""

from django.urls import path

from onboarding.takeovers import views

urlpatterns = [
    path("reprises/", views.takeovers, name="takeovers"),
    path("reprises/nouvelle/", views.takeover_propose, name="takeover_propose"),
    path("reprises/modele.<str:extension>", views.takeover_template, name="takeover_template"),
    path("reprises/<str:reference>/", views.takeover, name="takeover"),
    path("reprises/<str:reference>/confirmer/", views.takeover_confirm, name="takeover_confirm"),
    path("reprises/<str:reference>/ecarter/", views.takeover_set_aside, name="takeover_set_aside"),
    path("reprises/<str:reference>/inviter/", views.takeover_release, name="takeover_release"),
]
