"""Routes of the committee, of the regional space, of decisions."""

from django.urls import path

from onboarding.committee.views import calendar, decisions, members, projects, regions, reservations, sittings

SESSION = "comite/<str:reference>/"
POINT = SESSION + "points/<str:candidacy>/"

urlpatterns = [
    path("comite/", calendar.committee, name="committee"),
    path("comite/nouvelle-seance/", calendar.session_plan, name="session_plan"),
    path("comite/membres/", members.seats, name="seats"),
    path("comite/membres/ajouter/", members.seat_appoint, name="seat_appoint"),
    path("comite/membres/<str:reference>/terminer/", members.seat_end, name="seat_end"),
    path(SESSION, calendar.session, name="session"),
    path(f"{SESSION}modifier/", calendar.session_edit, name="session_edit"),
    path(f"{SESSION}convoquer/", sittings.session_convene, name="session_convene"),
    path(f"{SESSION}rappeler/", sittings.session_remind, name="session_remind"),
    path(f"{SESSION}liens-d-interet/", members.session_interests, name="session_interests"),
    path(f"{SESSION}dossier/", sittings.session_pack, name="session_pack"),
    path(f"{SESSION}ouvrir/", sittings.session_open, name="session_open"),
    path(f"{SESSION}proces-verbal/", calendar.session_minutes, name="session_minutes"),
    path(f"{SESSION}admettre/", decisions.session_batch, name="session_batch"),
    path(f"{SESSION}clore/", calendar.session_close, name="session_close"),
    path(f"{SESSION}viser/", sittings.session_endorse, name="session_endorse"),
    path(f"{SESSION}notifier/", sittings.session_release, name="session_release"),
    path(f"{SESSION}inscrire/", calendar.agenda_enter, name="agenda_enter"),
    path(POINT, sittings.session_point, name="session_point"),
    path(f"{POINT}projection/", sittings.session_projector, name="session_projector"),
    path(f"{POINT}retirer/", calendar.agenda_remove, name="agenda_remove"),
    path(f"{POINT}deport/", members.point_recuse, name="point_recuse"),
    path(f"{POINT}avis/", sittings.point_opinion, name="point_opinion"),
    path(f"{POINT}vote/", sittings.point_vote, name="point_vote"),
    path(f"{POINT}clore-le-vote/", sittings.point_ballot, name="point_ballot"),
    path(f"{POINT}proces-verbal/", sittings.point_minutes, name="point_minutes"),
    path(f"{POINT}decision/", decisions.decide, name="decide"),
    path(f"{POINT}decision/projet/", projects.decide_project, name="decide_project"),
    path("decisions/<str:reference>/", decisions.decision, name="decision"),
    path("decisions/<str:reference>/rectifier/", decisions.decision_correct, name="decision_correct"),
    path(
        "decisions/<str:reference>/rectifier/projet/",
        projects.decision_correct_project,
        name="decision_correct_project",
    ),
    path("reserves/<str:reference>/lever/", reservations.reservation_lift, name="reservation_lift"),
    path("espace-regional/<str:reference>/", regions.regional_dossier, name="regional_dossier"),
    path("espace-regional/<str:reference>/decision/", regions.regional_decide, name="regional_decide"),
    path("espace-regional/<str:reference>/decision/projet/", projects.regional_project, name="regional_decide_project"),
    path("espace-regional/propositions/<str:reference>/confirmer/", regions.proposal_confirm, name="proposal_confirm"),
    path(
        "espace-regional/propositions/<str:reference>/ecarter/", regions.proposal_set_aside, name="proposal_set_aside"
    ),
]
