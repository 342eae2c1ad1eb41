"""The session as it is lived: convened, opened, endorsed, told; and its points one by one, with votes and opinions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding.committee import access, operations, queries
from onboarding.committee.access import link, trail
from onboarding.committee.forms.calendar import ConfirmationForm
from onboarding.committee.forms.sittings import OpinionForm, PointForm, PresenceForm, VoteForm
from onboarding.committee.lifecycle import SESSIONS, DecisionMove, SessionMove
from onboarding.committee.member_moves import OpinionMove, VoteMove
from onboarding.committee.models import AgendaItem, Decision, Opinion, Vote
from onboarding.committee.queries import packs, panel, timetable
from portal.accounts.acting import acting
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.forms import Form


@writes(audience=STAFF)
def session_convene(request: HttpRequest, reference: str) -> HttpResponse:
    """Call the members: the agenda no longer changes."""
    return _confirmed(request, reference, SessionMove.CONVENE, operations.convene, "Les membres sont convoqués.")


@writes(audience=STAFF)
def session_remind(request: HttpRequest, reference: str) -> HttpResponse:
    """Remind the members of the opinions they owe."""
    return _confirmed(request, reference, SessionMove.REMIND, operations.remind_opinions, "Le rappel est envoyé.")


@require_POST
@writes(audience=STAFF)
def session_pack(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for one's own pack: it is printed in one's name."""
    said = "Votre dossier de séance est en préparation : il sera ici dans quelques instants."
    return _confirmed(request, reference, SessionMove.ASK_PACK, operations.ask_pack, said)


@writes(audience=STAFF, step_up=True)
def session_endorse(request: HttpRequest, reference: str) -> HttpResponse:
    """The chair endorses the minutes."""
    said = "Le procès-verbal est visé ; il sera prêt dans un instant."
    return _confirmed(request, reference, SessionMove.ENDORSE, operations.endorse, said)


@writes(audience=STAFF, step_up=True)
def session_release(request: HttpRequest, reference: str) -> HttpResponse:
    """End the embargo: every notification leaves."""
    return _confirmed(
        request, reference, SessionMove.RELEASE, operations.release, "Les décisions sont notifiées ensemble."
    )


def _confirmed(
    request: HttpRequest, reference: str, move: SessionMove, operation: Callable[..., Any], said: str
) -> HttpResponse:
    """An act on a session with nothing to fill in, told before it is done."""
    found = access.session_of(request.user, reference)
    parties.refuse_early(request.user, move, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operation(found, by=request.user)
            messages.success(request, said)
            return redirect("session", reference)
    label = SESSIONS.moves[move].label
    context = {
        "session": found,
        "move": move.value,
        "label": label,
        "form": form,
        "items": queries.agenda(found),
        "called": panel.called(found),
        "seats": panel.seats() if move == SessionMove.CONVENE else [],
        "breadcrumb": trail(link(found), (label, "")),
    }
    return render(request, "onboarding/committee/session_move.html", context, status=status_of(form))


@writes(audience=STAFF)
def session_open(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the session with those present: who votes is fixed from there on."""
    found = access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.OPEN, found)
    form = PresenceForm(posted(request), called=panel.called(found))
    if form.is_valid():
        with refusals_in(form):
            operations.open_session(found, present=form.cleaned_data["present"], by=request.user)
            messages.success(request, f"La séance {found} est ouverte.")
            return redirect("session", reference)
    context = {"session": found, "form": form, "breadcrumb": trail(link(found), ("Ouvrir la séance", ""))}
    return render(request, "onboarding/committee/session_open.html", context, status=status_of(form))


@reads(audience=STAFF, trace="Consultation du point {candidacy} de la séance {reference}")
def session_point(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """A point: its sheet, the opinions, the votes that this person may see, the minutes, the decision."""
    return _point_page(request, access.item_of(request.user, reference, candidacy))


@reads(audience=STAFF, trace="Projection du point {candidacy} de la séance {reference}")
def session_projector(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """The sheet alone, for the projector; next and previous by links and by keyboard."""
    item = access.item_of(request.user, reference, candidacy)
    before, after = panel.neighbours(item)
    session = item.session
    assert session is not None  # the point was found by it
    context = {
        "session": session,
        "sheet": packs.sheet_of(item, at=timezone.now()),
        "before": before,
        "after": after,
        "poll": panel.poll(item, request.user),
        "breadcrumb": trail(link(session), (f"Projection {candidacy}", "")),
    }
    return render(request, "onboarding/committee/session_projector.html", context)


def _point_page(request: HttpRequest, item: AgendaItem, form: Form | None = None) -> HttpResponse:
    user, found = acting(request), item.session
    assert found is not None  # the point of a session
    before, after = panel.neighbours(item)
    poll = panel.poll(item, user)
    own = Opinion.objects.filter(item=item, user=user).first()
    moves = registry.moves_open_to(user, found)
    may_opine = registry.may(user, OpinionMove.GIVE, Opinion(item=item, user=user)) and found.state == "convened"
    may_decide = registry.may(user, DecisionMove.RECORD, Decision(item=item)) and timetable.takes_decisions(found)
    context = {
        "session": found,
        "item": item,
        "sheet": packs.sheet_of(item, at=timezone.now()),
        "poll": poll,
        "before": before,
        "after": after,
        "called": panel.called(found),
        "recused": list(item.recusals.select_related("user")),
        "opinion_form": _bound(form, OpinionForm, _said(own)) if may_opine else None,
        "vote_form": _bound(form, VoteForm, {}) if poll and poll.may_vote else None,
        "point_form": _bound(form, PointForm, {"text": item.minutes}) if SessionMove.DRAFT_MINUTES in moves else None,
        "may_close_ballot": poll is not None and not poll.is_closed and SessionMove.CLOSE_BALLOT in moves,
        "may_decide": may_decide,
        "may_recuse": SessionMove.RECUSE in moves and panel.summons_of(found, user) is not None,
        "breadcrumb": trail(link(found), (f"Point {item.candidacy}", "")),
    }
    return render(request, "onboarding/committee/session_point.html", context, status=status_of(form))


def _bound(form: Form | None, kind: type[Form], initial: dict[str, Any]) -> Form:
    """The form that was refused, when it is of this kind; a fresh one otherwise."""
    return form if isinstance(form, kind) else kind(initial=initial)


def _said(opinion: Opinion | None) -> dict[str, Any]:
    return {"choice": opinion.choice, "text": opinion.text} if opinion else {}


@require_POST
@writes(audience=STAFF)
def point_opinion(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """Give or change one's opinion on a point."""
    item = access.item_of(request.user, reference, candidacy)
    parties.refuse_early(request.user, OpinionMove.GIVE, Opinion(item=item, user=acting(request)))
    form = OpinionForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            operations.give_opinion(item, **form.cleaned_data, by=acting(request))
            messages.success(request, f"Votre avis sur {candidacy} est enregistré.")
            return redirect("session_point", reference, candidacy)
    return _point_page(request, item, form)


@require_POST
@writes(audience=STAFF)
def point_vote(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """Vote on a point, once and for good."""
    item = access.item_of(request.user, reference, candidacy)
    parties.refuse_early(request.user, VoteMove.CAST, Vote(item=item, user=acting(request)))
    form = VoteForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            operations.cast_vote(item, **form.cleaned_data, by=acting(request))
            messages.success(request, f"Votre vote sur {candidacy} est enregistré.")
            return redirect("session_point", reference, candidacy)
    return _point_page(request, item, form)


@require_POST
@writes(audience=STAFF)
def point_ballot(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """Close the vote on a point."""
    item, found = access.item_of(request.user, reference, candidacy), access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.CLOSE_BALLOT, found)
    form = ConfirmationForm(request.POST)
    form.is_valid()
    with refusals_in(form):
        operations.close_ballot(item, by=request.user)
        messages.success(request, f"Le vote sur {candidacy} est clos.")
        return redirect("session_point", reference, candidacy)
    return _point_page(request, item, form)


@require_POST
@writes(audience=STAFF)
def point_minutes(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """Write what is said on one point, as it is said."""
    item, found = access.item_of(request.user, reference, candidacy), access.session_of(request.user, reference)
    parties.refuse_early(request.user, SessionMove.DRAFT_MINUTES, found)
    form = PointForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            operations.draft_minutes(found, texts={candidacy: form.cleaned_data["text"]}, by=request.user)
            messages.success(request, "Le procès-verbal de ce point est enregistré.")
            return redirect("session_point", reference, candidacy)
    return _point_page(request, item, form)
