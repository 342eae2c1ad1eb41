"""Routes of the committee."""

from django.urls import path

from onboarding.committee import views

urlpatterns = [
    path("comite/", views.committee, name="committee"),
    path("comite/nouvelle-seance/", views.session_plan, name="session_plan"),
    path("comite/<str:reference>/", views.session, name="session"),
    path("comite/<str:reference>/modifier/", views.session_edit, name="session_edit"),
    path("comite/<str:reference>/proces-verbal/", views.session_minutes, name="session_minutes"),
    path("comite/<str:reference>/clore/", views.session_close, name="session_close"),
    path("comite/<str:reference>/inscrire/", views.agenda_enter, name="agenda_enter"),
    path("comite/<str:reference>/points/<str:candidacy>/retirer/", views.agenda_remove, name="agenda_remove"),
    path("comite/<str:reference>/points/<str:candidacy>/decision/", views.decide, name="decide"),
    path("decisions/<str:reference>/", views.decision, name="decision"),
    path("decisions/<str:reference>/rectifier/", views.decision_correct, name="decision_correct"),
]
