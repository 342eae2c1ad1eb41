"""The calendar, a session with its agenda, and what the secretary does of them before it is held."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding.candidacies.models import Candidacy
from onboarding.committee import access, attendance, operations, queries
from onboarding.committee.access import link, trail
from onboarding.committee.forms.calendar import ConfirmationForm, EntryForm, MinutesForm, SessionForm
from onboarding.committee.lifecycle import DecisionMove, SessionMove, SessionState
from onboarding.committee.models import CommitteeSession, Decision
from onboarding.committee.queries import panel, timetable
from portal.accounts.acting import acting
from portal.calendar.deadlines import paris_date
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.forms import Form


@reads(audience=STAFF)
def committee(request: HttpRequest) -> HttpResponse:
    """The calendar: sessions to come, sessions held, candidacies that wait for one, reservations to lift."""
    sessions = list(queries.calendar(request.user))
    held = (SessionState.HELD, SessionState.AWAITING_VISA)
    context = {
        "planned": [session for session in reversed(sessions) if session.state not in held],
        "held": [session for session in sessions if session.state in held],
        "waiting": queries.to_enter().count(),
        "reservations": timetable.reservations_to_lift(request.user),
        "agreement": panel.agreement(),
        "may_plan": registry.may(request.user, SessionMove.PLAN, CommitteeSession()),
        "breadcrumb": [("Comité", "")],
    }
    return render(request, "onboarding/committee/committee.html", context)


@writes(audience=STAFF)
def session_plan(request: HttpRequest) -> HttpResponse:
    """Plan a session: the day proposed follows the period of the settings."""
    parties.refuse_early(request.user, SessionMove.PLAN, CommitteeSession())
    form = SessionForm(posted(request), initial=timetable.next_dates(at=timezone.now()))
    if form.is_valid():
        with refusals_in(form):
            session = operations.plan_session(**form.cleaned_data, by=request.user)
            messages.success(request, f"La séance {session} est planifiée.")
            return redirect("session", session.reference)
    context = {"form": form, "breadcrumb": trail(("Planifier une séance", ""))}
    return render(request, "onboarding/committee/session_plan.html", context, status=status_of(form))


@writes(audience=STAFF)
def session_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change the day, the cut-off or the place."""
    session = access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.RESCHEDULE, session)
    initial = {"held_on": session.held_on, "cut_off": session.cut_off, "place": session.place}
    form = SessionForm(posted(request), initial=initial, planned=True)
    if form.is_valid():
        with refusals_in(form):
            operations.reschedule(session, **form.cleaned_data, by=request.user)
            messages.success(request, f"La séance {session} est modifiée.")
            return redirect("session", reference)
    context = {"form": form, "session": session, "breadcrumb": trail(link(session), ("Modifier", ""))}
    return render(request, "onboarding/committee/session_edit.html", context, status=status_of(form))


@reads(audience=STAFF)
def session(request: HttpRequest, reference: str) -> HttpResponse:
    """A session: its agenda with the state of each point, and what may be entered on it."""
    return _session_page(request, access.session_of(request.user, reference))


def _session_page(request: HttpRequest, found: CommitteeSession, form: Form | None = None) -> HttpResponse:
    user = acting(request)
    moves = set(registry.moves_open_to(user, found))
    items = timetable.with_seen(queries.agenda(found), user, found)
    undecided = [item for item in items if item.in_force is None]  # type: ignore[attr-defined]
    context = {
        "session": found,
        "items": items,
        "is_whole": all(item.is_open for item in items),  # type: ignore[attr-defined]
        "undecided": len(undecided),
        "is_due": paris_date(timezone.now()) >= found.held_on or found.is_written,
        "may_decide": registry.may(user, DecisionMove.RECORD, Decision()) and timetable.takes_decisions(found),
        "moves": {move.value for move in SessionMove if move in moves},
        "called": panel.called(found),
        "must_declare": panel.must_declare(found, user),
        "pack": timetable.pack_of(found, user),
        "minutes": queries.minutes_of(found, user) if found.state == SessionState.HELD else None,
        "to_enter": list(queries.to_enter().visible_to(user)) if SessionMove.ENTER in moves else [],
        "form": form,
        "breadcrumb": trail((f"Séance {found}", "")),
    }
    context["has_acts"] = undecided and ((context["may_decide"] and context["is_due"]) or SessionMove.REMOVE in moves)
    return render(request, "onboarding/committee/session.html", context, status=status_of(form))


@require_POST
@writes(audience=STAFF)
def agenda_enter(request: HttpRequest, reference: str) -> HttpResponse:
    """Enter a candidacy at the end of the agenda."""
    found = access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.ENTER, found)
    form = EntryForm(request.POST)
    if form.is_valid():
        candidacy = Candidacy.objects.visible_to(request.user).filter(reference=form.cleaned_data["candidacy"]).first()
        if candidacy is None:
            form.add_error("candidacy", "Aucune candidature ne porte cette référence.")
        else:
            with refusals_in(form):
                operations.enter_on_agenda(found, candidacy, by=request.user)
                messages.success(request, f"La candidature {candidacy} est inscrite à l’ordre du jour.")
                return redirect("session", reference)
    return _session_page(request, found, form)


@writes(audience=STAFF)
def agenda_remove(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """Take a point off the agenda, after a confirmation."""
    item, found = access.listed_item(request.user, reference, candidacy), access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.REMOVE, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.remove_from_agenda(item, by=request.user)
            messages.success(request, f"La candidature {candidacy} est retirée de l’ordre du jour.")
            return redirect("session", reference)
    context = {"item": item, "form": form, "breadcrumb": trail(link(found), (f"Retirer {candidacy}", ""))}
    return render(request, "onboarding/committee/agenda_remove.html", context, status=status_of(form))


@writes(audience=STAFF)
def session_minutes(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the minutes: who attended, what was said on each point."""
    found = access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.DRAFT_MINUTES, found)
    initial = {"attendance": attendance.write(found.attendance)}
    form = MinutesForm(posted(request), items=queries.agenda(found), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            rows = form.cleaned_data["attendance"]
            operations.draft_minutes(found, attendance=rows, texts=form.texts, by=request.user)
            messages.success(request, "Le procès-verbal est enregistré. Il peut être repris jusqu’à la clôture.")
            return redirect("session", reference)
    context = {"session": found, "form": form, "breadcrumb": trail(link(found), ("Procès-verbal", ""))}
    return render(request, "onboarding/committee/session_minutes.html", context, status=status_of(form))


@writes(audience=STAFF)
def session_close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a session whose points are all decided, after a confirmation."""
    found = access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.CLOSE, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.close_session(found, by=request.user)
            messages.success(request, _closed(found))
            return redirect("session", reference)
    context: dict[str, Any] = {
        "session": found,
        "form": form,
        "undecided": queries.undecided_references(found),
        "breadcrumb": trail(link(found), ("Clore la séance", "")),
    }
    return render(request, "onboarding/committee/session_close.html", context, status=status_of(form))


def _closed(session: CommitteeSession) -> str:
    if session.needs_visa:
        return f"La séance {session} est close ; son procès-verbal attend le visa du président."
    return f"La séance {session} est close ; son procès-verbal sera prêt dans un instant."
