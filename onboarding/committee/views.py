"""Pages of the committee: calendar, session with its agenda, decisions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding.candidacies.models import Candidacy
from onboarding.committee import access, attendance, operations, queries
from onboarding.committee.forms import ConfirmationForm, DecisionForm, EntryForm, MinutesForm, SessionForm
from onboarding.committee.lifecycle import DecisionMove, SessionMove, SessionState
from onboarding.committee.models import CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Ruling
from policy.grants.direction import Direction
from portal.calendar.deadlines import paris_date
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in
from portal.web.forms import Form

SEEN = "vu"  # the fingerprint of the ruling whose consequences were shown


@reads(audience=STAFF)
def committee(request: HttpRequest) -> HttpResponse:
    """The calendar: sessions to come, sessions held, candidacies that wait for one."""
    sessions = list(queries.calendar(request.user))
    context = {
        "planned": [session for session in reversed(sessions) if session.state == "planned"],
        "held": [session for session in sessions if session.state == "held"],
        "waiting": queries.to_enter().count(),
        "may_plan": registry.may(request.user, SessionMove.PLAN, CommitteeSession()),
        "breadcrumb": [("Comité", "")],
    }
    return render(request, "onboarding/committee/committee.html", context)


@writes(audience=STAFF)
def session_plan(request: HttpRequest) -> HttpResponse:
    """Plan a session."""
    parties.refuse_early(request.user, SessionMove.PLAN, CommitteeSession())
    form = SessionForm(_typed(request))
    if form.is_valid():
        with refusals_in(form):
            session = operations.plan_session(**form.cleaned_data, by=request.user)
            messages.success(request, f"La séance {session} est planifiée.")
            return redirect("session", session.reference)
    context = {"form": form, "breadcrumb": _trail(("Planifier une séance", ""))}
    return render(request, "onboarding/committee/session_plan.html", context, status=_status(form))


@writes(audience=STAFF)
def session_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change the day, the cut-off or the place."""
    session = access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.RESCHEDULE, session)
    initial = {"held_on": session.held_on, "cut_off": session.cut_off, "place": session.place}
    form = SessionForm(_typed(request), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            operations.reschedule(session, **form.cleaned_data, by=request.user)
            messages.success(request, f"La séance {session} est modifiée.")
            return redirect("session", reference)
    context = {"form": form, "session": session, "breadcrumb": _trail(_link(session), ("Modifier", ""))}
    return render(request, "onboarding/committee/session_edit.html", context, status=_status(form))


@reads(audience=STAFF)
def session(request: HttpRequest, reference: str) -> HttpResponse:
    """A session: its agenda with the state of each point, and what may be entered on it."""
    return _session_page(request, access.session_of(request.user, reference))


def _session_page(request: HttpRequest, found: CommitteeSession, form: Form | None = None) -> HttpResponse:
    moves = registry.moves_open_to(request.user, found)
    items = queries.agenda(found)
    undecided = sum(item.in_force is None for item in items)  # type: ignore[attr-defined]
    context = {
        "session": found,
        "items": items,
        "undecided": undecided,
        "is_due": paris_date(timezone.now()) >= found.held_on,
        "may_decide": registry.may(request.user, DecisionMove.RECORD, Decision()),
        "may_edit": SessionMove.RESCHEDULE in moves,
        "may_close": SessionMove.CLOSE in moves,
        "may_enter": SessionMove.ENTER in moves,
        "may_draft": SessionMove.DRAFT_MINUTES in moves,
        "minutes": queries.minutes_of(found) if found.state == SessionState.HELD else None,
        "to_enter": list(queries.to_enter()) if SessionMove.ENTER in moves else [],
        "form": form,
        "breadcrumb": _trail((f"Séance {found}", "")),
    }
    return render(request, "onboarding/committee/session.html", context, status=_status(form))


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
    item = access.item_of(request.user, reference, candidacy)
    parties.refuse_early(request.user, SessionMove.REMOVE, item.session)
    form = ConfirmationForm(_typed(request))
    if form.is_valid():
        with refusals_in(form):
            operations.remove_from_agenda(item, by=request.user)
            messages.success(request, f"La candidature {candidacy} est retirée de l’ordre du jour.")
            return redirect("session", reference)
    context = {"item": item, "form": form, "breadcrumb": _trail(_link(item.session), (f"Retirer {candidacy}", ""))}
    return render(request, "onboarding/committee/agenda_remove.html", context, status=_status(form))


@writes(audience=STAFF)
def session_minutes(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the minutes: who attended, what was said on each point."""
    found = access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.DRAFT_MINUTES, found)
    initial = {"attendance": attendance.write(found.attendance)}
    form = MinutesForm(_typed(request), items=queries.agenda(found), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            operations.draft_minutes(
                found, attendance=form.cleaned_data["attendance"], texts=form.texts, by=request.user
            )
            messages.success(request, "Le procès-verbal est enregistré. Il peut être repris jusqu’à la clôture.")
            return redirect("session", reference)
    context = {"session": found, "form": form, "breadcrumb": _trail(_link(found), ("Procès-verbal", ""))}
    return render(request, "onboarding/committee/session_minutes.html", context, status=_status(form))


@writes(audience=STAFF)
def session_close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a session whose points are all decided, after a confirmation."""
    found = access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.CLOSE, found)
    form = ConfirmationForm(_typed(request))
    if form.is_valid():
        with refusals_in(form):
            operations.close_session(found, by=request.user)
            messages.success(request, f"La séance {found} est close ; son procès-verbal sera prêt dans un instant.")
            return redirect("session", reference)
    context = {
        "session": found,
        "form": form,
        "undecided": queries.undecided_references(found),
        "breadcrumb": _trail(_link(found), ("Clore la séance", "")),
    }
    return render(request, "onboarding/committee/session_close.html", context, status=_status(form))


@writes(step_up=True, audience=STAFF)
def decide(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """Record the decision on a point: typed, shown as it will be told, then recorded."""
    item = access.item_of(request.user, reference, candidacy)
    parties.refuse_early(request.user, DecisionMove.RECORD, Decision())
    if former := item.decisions.in_force().first():
        return redirect("decision", former.reference)
    asked = queries.requested(item.candidacy)
    initial = DecisionForm.initial_of(Ruling(Outcome.ADMIT, asked))
    form = DecisionForm(_typed(request), direction=Direction(item.candidacy.direction), initial=initial)
    if _is_seen(request, form):
        with refusals_in(form):
            decision = operations.record_decision(item, ruling=form.ruling, by=request.user)
            messages.success(request, f"La décision {decision} est enregistrée ; le courrier part maintenant.")
            return redirect("session", reference)
    context = {
        "item": item,
        "asked": asked,
        "form": form,
        "forecast": _forecast(form, item),
        "breadcrumb": _trail(_link(item.session), (f"Décision sur {candidacy}", "")),
    }
    return render(request, "onboarding/committee/decide.html", context, status=_status(form))


def _status(form: Form | None) -> int:
    return 422 if form is not None and form.errors else 200


def _typed(request: HttpRequest) -> QueryDict | None:
    """What was posted, even nothing; None when the form is only asked for."""
    return request.POST if request.method == "POST" else None


def _is_seen(request: HttpRequest, form: DecisionForm) -> bool:
    """Whether this very ruling was shown with its consequences: nothing else is recorded."""
    return form.is_valid() and request.POST.get(SEEN) == form.ruling.fingerprint


def _forecast(form: DecisionForm, item: Any, corrects: Decision | None = None) -> queries.Forecast | None:
    """What recording would do; the form says instead what forbids it."""
    if not form.is_valid():
        return None
    found = queries.problems(item, form.ruling, corrects=corrects)
    for problem in found:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
    if found:
        return None
    now = timezone.now()
    decided_on = paris_date(now) if corrects else item.session.held_on
    return queries.forecast(item, form.ruling, decided_on=decided_on, at=now, corrects=corrects)


@reads(trace="Consultation de la décision {reference}")
def decision(request: HttpRequest, reference: str) -> HttpResponse:
    """A decision: what it grants, why, which letter told it, what replaced it."""
    found = access.decision_of(request.user, reference)
    context = {
        "decision": found,
        "letter": queries.letter_of(found),
        "words": queries.told(found),
        "grant": queries.grant_of(found),
        "correction": found.corrections.first(),
        "may_correct": registry.may(request.user, DecisionMove.CORRECT, found),
        "breadcrumb": _decision_trail(request.user, found),
    }
    return render(request, "onboarding/committee/decision.html", context)


@writes(step_up=True, audience=STAFF)
def decision_correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Correct a decision by another one that cites it."""
    former = access.decision_of(request.user, reference)
    parties.refuse_early(request.user, DecisionMove.CORRECT, former)
    direction = Direction(former.item.candidacy.direction)
    form = DecisionForm(_typed(request), direction=direction, initial=DecisionForm.initial_of(former.ruling))
    if _is_seen(request, form):
        with refusals_in(form):
            made = operations.correct_decision(former, ruling=form.ruling, by=request.user)
            messages.success(request, f"La décision {made} rectifie {former} ; le courrier part maintenant.")
            return redirect("decision", made.reference)
    context = {
        "former": former,
        "item": former.item,
        "asked": former.requested,
        "form": form,
        "forecast": _forecast(form, former.item, former),
        "breadcrumb": [*_decision_trail(request.user, former), ("Rectifier", "")],
    }
    return render(request, "onboarding/committee/decision_correct.html", context, status=_status(form))


def _trail(*links: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Comité", reverse("committee")), *links]


def _link(found: CommitteeSession) -> tuple[str, str]:
    return (f"Séance {found}", reverse("session", args=[found.reference]))


def _decision_trail(user: Any, found: Decision) -> list[tuple[str, str]]:
    own = (f"Décision {found}", reverse("decision", args=[found.reference]))
    if user.is_agent:
        return _trail(_link(found.item.session), own)
    service = found.item.candidacy.service
    return [(service.name, reverse("service", args=[service.reference])), own]
