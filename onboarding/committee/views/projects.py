"""The letter of a ruling that is being typed, as the PDF that recording it would print, marked as a project."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from onboarding.committee import access, queries, ruling_text
from onboarding.committee.effects import projects
from onboarding.committee.effects.projects import Asked
from onboarding.committee.forms.rulings import DecisionForm
from onboarding.committee.lifecycle import DecisionMove, ProposalMove
from onboarding.committee.models import AgendaItem, Decision
from onboarding.committee.queries import regional, timetable
from policy.grants.direction import Direction
from portal.calendar.deadlines import paris_date
from portal.lifecycle import registry
from portal.parameters import queries as parameters
from portal.parties import access as parties
from portal.web.access import STAFF, reads
from portal.web.acting import posted


@reads(audience=STAFF)
def decide_project(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """The letter of the decision typed on a point of a session."""
    item = access.item_of(request.user, reference, candidacy)
    parties.refuse_early(request.user, DecisionMove.RECORD, Decision(item=item))
    return _project(request, item, by=request.user) or redirect("decide", reference, candidacy)


@reads
def decision_correct_project(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter of the decision typed to replace another."""
    former = access.decision_of(request.user, reference)
    parties.refuse_early(request.user, DecisionMove.CORRECT, former)
    two = former.item.session is None and parameters.is_on("regional.second_person", at=timezone.now())
    by = None if two else request.user
    return _project(request, former.item, former, by=by) or redirect("decision_correct", reference)


@reads
def regional_project(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter of a regional decision: of the one typed, or of the one that waits for a second person, who signs."""
    found = access.regional_candidacy_of(request.user, reference)
    item, proposal = regional.point_of(found), regional.proposal_on(found)
    parties.refuse_early(request.user, DecisionMove.DECIDE_REGIONALLY, Decision(item=item))
    if proposal:
        signer = request.user if registry.may(request.user, ProposalMove.CONFIRM, proposal) else None
        return _printed(asked_of(item, ruling_text.read(proposal.ruling), by=signer, corrects=proposal.corrects))
    two = parameters.is_on("regional.second_person", at=timezone.now())
    return _project(request, item, by=None if two else request.user) or redirect("regional_decide", reference)


def asked_of(item: AgendaItem, ruling: Any, *, by: Any, corrects: Decision | None = None) -> Asked:
    """What would be recorded now: a session decides on its day, a correction or a region today.

    `by` signs; None while somebody else has yet to confirm.
    """
    now = timezone.now()
    decided_on = paris_date(now) if corrects or item.session is None else item.session.held_on
    return Asked(item, ruling, decided_on, now, by, corrects)


def _project(request: HttpRequest, item: AgendaItem, former: Decision | None = None, *, by: Any) -> HttpResponse | None:
    """The PDF, opened beside the form; None when what was typed could not be recorded."""
    form = DecisionForm(
        posted(request),
        direction=Direction(item.candidacy.direction),
        sessions=timetable.open_agendas(item.session) if item.session else [],
        initial={},
    )
    if not form.is_valid() or queries.problems(item, form.ruling, corrects=former):
        return None
    return _printed(asked_of(item, form.ruling, by=by, corrects=former))


def _printed(asked: Asked) -> HttpResponse:
    answer = HttpResponse(projects.printed(asked), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="projet-{asked.item.candidacy.reference}.pdf"'
    return answer
