"""Decisions: one at its point, several together, and the correction of one by another."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from onboarding.committee import access, operations, queries
from onboarding.committee.access import link, trail, trail_of
from onboarding.committee.effects import projects
from onboarding.committee.forms.rulings import DecisionForm
from onboarding.committee.forms.sittings import BatchForm
from onboarding.committee.lifecycle import DecisionMove
from onboarding.committee.models import AgendaItem, Decision, Proposal
from onboarding.committee.outcomes import Outcome
from onboarding.committee.queries import panel, regional, timetable
from onboarding.committee.rules import Ruling
from onboarding.committee.views.projects import asked_of
from policy.grants.direction import Direction
from portal.calendar.deadlines import paris_date
from portal.lifecycle import registry
from portal.mail.operations import Preview
from portal.parameters import queries as parameters
from portal.parties import access as parties
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of

SEEN = "vu"  # the fingerprint of the ruling whose consequences were shown


def batch_fingerprint(rulings: list[tuple[AgendaItem, Ruling]]) -> str:
    """What names exactly this batch: the page records only what it has shown."""
    return queries.fingerprint((item.candidacy.reference, ruling.fingerprint) for item, ruling in rulings)


@writes(step_up=True, audience=STAFF)
def decide(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """Record the decision on a point: typed, shown as it will be told, then recorded."""
    item, session = access.item_of(request.user, reference, candidacy), access.session_of(request.user, reference)
    parties.refuse_early(request.user, DecisionMove.RECORD, Decision(item=item))
    if former := item.decisions.in_force().first():
        return redirect("decision", former.reference)
    asked = queries.requested(item.candidacy)
    initial = DecisionForm.initial_of(Ruling(Outcome.ADMIT, asked))
    form = DecisionForm(
        posted(request),
        direction=Direction(item.candidacy.direction),
        sessions=timetable.open_agendas(session),
        initial=initial,
    )
    if _is_seen(request, form):
        with refusals_in(form):
            decision = operations.record_decision(item, ruling=form.ruling, by=request.user)
            messages.success(request, _recorded(decision))
            return redirect("session", reference)
    context = {
        "item": item,
        "asked": asked,
        "form": form,
        "forecast": (forecast := _forecast(form, item)),
        "mail": _mail(form, item, by=request.user) if forecast else None,
        "project": reverse("decide_project", args=[reference, candidacy]),
        "advice": panel.advice_on(item.candidacy, at=timezone.now()),
        "poll": panel.poll(item, request.user),
        "breadcrumb": trail(link(session), (f"Décision sur {candidacy}", "")),
    }
    return render(request, "onboarding/committee/decide.html", context, status=status_of(form))


def _recorded(decision: Decision) -> str:
    if decision.is_told:
        return f"La décision {decision} est enregistrée ; le courrier part maintenant."
    return f"La décision {decision} est enregistrée ; elle sera notifiée à la levée de l’embargo."


def _is_seen(request: HttpRequest, form: DecisionForm) -> bool:
    """Whether this very ruling was shown with its consequences: nothing else is recorded."""
    return form.is_valid() and request.POST.get(SEEN) == form.ruling.fingerprint


def _forecast(form: DecisionForm, item: AgendaItem, corrects: Decision | None = None) -> queries.Forecast | None:
    """What recording would do; the form says instead what forbids it."""
    if not form.is_valid():
        return None
    found = queries.problems(item, form.ruling, corrects=corrects)
    for problem in found:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
    if found:
        return None
    now = timezone.now()
    decided_on = paris_date(now) if corrects or item.session is None else item.session.held_on
    return queries.forecast(item, form.ruling, decided_on=decided_on, at=now, corrects=corrects)


def _mail(form: DecisionForm, item: AgendaItem, corrects: Decision | None = None, *, by: Any) -> Preview:
    return projects.foreseen(asked_of(item, form.ruling, by=by, corrects=corrects))


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
        "reservations": timetable.reservations_of(found, request.user),
        "may_correct": registry.may(request.user, DecisionMove.CORRECT, found),
        "breadcrumb": trail_of(request.user, found),
    }
    return render(request, "onboarding/committee/decision.html", context)


@writes(step_up=True)
def decision_correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Correct a decision by another one that cites it."""
    former = access.decision_of(request.user, reference)
    parties.refuse_early(request.user, DecisionMove.CORRECT, former)
    waiting, two = _second_person(former)
    direction = Direction(former.item.candidacy.direction)
    form = DecisionForm(
        posted(request),
        direction=direction,
        sessions=timetable.open_agendas(former.item.session),
        initial=DecisionForm.initial_of(former.ruling),
    )
    if _is_seen(request, form):
        with refusals_in(form):
            if two:
                return _proposed(request, former, form.ruling)
            made = operations.correct_decision(former, ruling=form.ruling, by=request.user)
            messages.success(request, f"La décision {made} rectifie {former} ; le courrier part maintenant.")
            return redirect("decision", made.reference)
    context = {
        "former": former,
        "item": former.item,
        "asked": former.requested,
        "form": form,
        "forecast": (forecast := _forecast(form, former.item, former)),
        "mail": _mail(form, former.item, former, by=None if two else request.user) if forecast else None,
        "two": two,
        "waiting": waiting,
        "record": "Proposer la rectification" if two else "Enregistrer la décision rectificative",
        "project": reverse("decision_correct_project", args=[reference]),
        "breadcrumb": [*trail_of(request.user, former), ("Rectifier", "")],
    }
    return render(request, "onboarding/committee/decision_correct.html", context, status=status_of(form))


def _second_person(former: Decision) -> tuple[Proposal | None, bool]:
    """The proposal that waits on the dossier of a region, and whether its corrections take two persons."""
    if former.item.session is not None:
        return None, False
    two = parameters.is_on("regional.second_person", at=timezone.now())
    return regional.proposal_on(former.item.candidacy), two


def _proposed(request: HttpRequest, former: Decision, ruling: Ruling) -> HttpResponse:
    candidacy = former.item.candidacy
    operations.propose_regionally(candidacy, ruling=ruling, by=request.user, corrects=former)
    messages.success(request, "La rectification est proposée : une autre personne de l’agence régionale la confirme.")
    return redirect("regional_dossier", candidacy.reference)


@writes(step_up=True, audience=STAFF)
def session_batch(request: HttpRequest, reference: str) -> HttpResponse:
    """Admit several points at once, each as it was asked: shown first, then recorded, each with its own report."""
    found = access.session_of(request.user, reference)
    parties.refuse_early(request.user, DecisionMove.RECORD, Decision())
    items = timetable.admissible_together(found, request.user)
    form = BatchForm(posted(request), items=items)
    chosen = [item for item in items if form.is_valid() and item.candidacy.reference in form.cleaned_data["points"]]
    rulings = [(item, Ruling(Outcome.ADMIT, queries.requested(item.candidacy))) for item in chosen]
    if rulings and request.POST.get(SEEN) == batch_fingerprint(rulings):
        outturns = operations.record_together(rulings, by=request.user)
        if any(outturn.decision for outturn in outturns):
            _report(request, outturns)
            return redirect("session", reference)
        for outturn in outturns:
            form.add_error(None, f"{outturn.item.candidacy} : {outturn.sentence}")
    context = {
        "session": found,
        "items": items,
        "form": form,
        "forecasts": _forecasts(rulings) if not form.errors else [],
        "fingerprint": batch_fingerprint(rulings) if rulings else "",
        "breadcrumb": trail(link(found), ("Admettre plusieurs dossiers", "")),
    }
    return render(request, "onboarding/committee/session_batch.html", context, status=status_of(form))


def _forecasts(rulings: list[tuple[AgendaItem, Ruling]]) -> list[tuple[AgendaItem, list[str], queries.Forecast]]:
    """For each point, what forbids its decision, and exactly what recording it would do."""
    now, told = timezone.now(), []
    for item, ruling in rulings:
        assert item.session is not None  # a batch belongs to a session
        faults = [problem.sentence for problem in queries.problems(item, ruling)]
        told.append((item, faults, queries.forecast(item, ruling, decided_on=item.session.held_on, at=now)))
    return told


def _report(request: HttpRequest, outturns: list[operations.Outturn]) -> None:
    done = [outturn for outturn in outturns if outturn.decision]
    messages.success(request, f"{len(done)} décision{'s enregistrées' if len(done) > 1 else ' enregistrée'}.")
    for outturn in outturns:
        if outturn.decision is None:
            messages.error(request, f"{outturn.item.candidacy} n’est pas décidée : {outturn.sentence}")
