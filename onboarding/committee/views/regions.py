"""The regional space: what an authority has to decide, and its decisions, without session."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding.candidacies import pane
from onboarding.candidacies import queries as candidacies
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.committee import access, operations, queries, ruling_text
from onboarding.committee.effects import projects
from onboarding.committee.forms.calendar import ConfirmationForm
from onboarding.committee.forms.rulings import DecisionForm
from onboarding.committee.lifecycle import DecisionMove, ProposalMove
from onboarding.committee.models import AgendaItem, Decision, Proposal
from onboarding.committee.outcomes import Outcome
from onboarding.committee.queries import packs, regional
from onboarding.committee.rules import Ruling
from onboarding.committee.views.projects import asked_of
from policy.grants.direction import Direction
from portal.accounts.acting import acting
from portal.calendar.deadlines import paris_date
from portal.lifecycle import registry
from portal.parameters import queries as parameters
from portal.parties import access as parties
from portal.web.access import reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.forms import Form

SEEN = "vu"


@reads(trace="Consultation du dossier régional {reference}")
def regional_dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """A dossier of the region: its sheet, and the decision that waits for a second person."""
    found = access.regional_candidacy_of(request.user, reference)
    item = regional.point_of(found)
    proposal = regional.proposal_on(found)
    moves = registry.moves_open_to(request.user, proposal) if proposal else []
    ruling = ruling_text.read(proposal.ruling) if proposal else None
    corrects = proposal.corrects if proposal else None
    signer = request.user if ProposalMove.CONFIRM in moves else None
    may_decide = _may_decide(request, item)
    context = {
        "candidacy": found,
        "sheet": packs.sheet_of(item, at=timezone.now()),
        "proposal": proposal,
        "forecast": _forecast(item, ruling, corrects) if ruling else None,
        "mail": projects.foreseen(asked_of(item, ruling, by=signer, corrects=corrects)) if ruling else None,
        "may_confirm": ProposalMove.CONFIRM in moves,
        "may_set_aside": ProposalMove.SET_ASIDE in moves,
        "may_read_letter": may_decide,
        "may_decide": may_decide and proposal is None and regional.is_ready(found),
        "form": None,
        **_review(request, found),
        "breadcrumb": _trail((found.reference, "")),
    }
    return render(request, "onboarding/committee/regional_dossier.html", context)


def _review(request: HttpRequest, found: Candidacy) -> dict[str, Any]:
    """The acts of review open to this person, what is prepared, and the exchanges with the vendor."""
    told = candidacies.dossier(found, agency=True, compared=False)
    moves = registry.moves_open_to(request.user, found)
    lacking = told.before_completeness if found.state == State.UNDER_REVIEW else []
    return {
        "told": told,
        "acts": pane.acts(moves, prepared=len(told.prepared), before_completeness=lacking),
        "preparations": pane.preparations(moves),
        "prepared": told.prepared if "comment" in moves else [],
        "may_write": "write" in moves,
        "may_read_confidential": bool(found.confidential)
        and candidacies.readers.may_read_confidential(request.user, found),
    }


def _may_decide(request: HttpRequest, item: AgendaItem) -> bool:
    return registry.may(request.user, DecisionMove.DECIDE_REGIONALLY, Decision(item=item))


@writes(step_up=True)
def regional_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide for the region, or propose the decision where a second person confirms it."""
    found = access.regional_candidacy_of(request.user, reference)
    item = regional.point_of(found)
    parties.refuse_early(request.user, DecisionMove.DECIDE_REGIONALLY, Decision(item=item))
    asked, two = queries.requested(found), parameters.is_on("regional.second_person", at=timezone.now())
    initial = DecisionForm.initial_of(Ruling(Outcome.ADMIT, asked))
    form = DecisionForm(posted(request), direction=Direction(found.direction), initial=initial)
    if form.is_valid() and request.POST.get(SEEN) == form.ruling.fingerprint:
        with refusals_in(form):
            return _decided(request, found, form.ruling, two=two)
    context = {
        "item": item,
        "asked": asked,
        "form": form,
        "forecast": (forecast := _checked(form, item)),
        "mail": projects.foreseen(asked_of(item, form.ruling, by=None if two else request.user)) if forecast else None,
        "project": reverse("regional_decide_project", args=[reference]),
        "record": "Proposer la décision" if two else "Enregistrer la décision",
        "breadcrumb": _trail((found.reference, reverse("regional_dossier", args=[reference])), ("Décision", "")),
    }
    return render(request, "onboarding/committee/regional_decide.html", context, status=status_of(form))


def _decided(request: HttpRequest, candidacy: Candidacy, ruling: Ruling, *, two: bool) -> HttpResponse:
    if two:
        operations.propose_regionally(candidacy, ruling=ruling, by=request.user)
        messages.success(request, "La décision est proposée : une autre personne de l’agence régionale la confirme.")
        return redirect("regional_dossier", candidacy.reference)
    decision = operations.decide_regionally(candidacy, ruling=ruling, by=request.user)
    messages.success(request, f"La décision {decision} est enregistrée ; le courrier part maintenant.")
    return redirect("decision", decision.reference)


def _checked(form: DecisionForm, item: AgendaItem) -> queries.Forecast | None:
    """What recording would do; the form says instead what forbids it."""
    if not form.is_valid():
        return None
    found = queries.problems(item, form.ruling)
    for problem in found:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
    return None if found else _forecast(item, form.ruling)


def _forecast(item: AgendaItem, ruling: Ruling, corrects: Decision | None = None) -> queries.Forecast:
    now = timezone.now()
    return queries.forecast(item, ruling, decided_on=paris_date(now), at=now, corrects=corrects)


@require_POST
@writes(step_up=True)
def proposal_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """A second person confirms a proposed decision."""
    proposal, form = _proposal(request, reference), ConfirmationForm(request.POST)
    form.is_valid()
    with refusals_in(form):
        decision = operations.confirm_proposal(proposal, by=request.user)
        messages.success(request, f"La décision {decision} est confirmée et enregistrée ; le courrier part maintenant.")
        return redirect("decision", decision.reference)
    return _again(request, proposal, form)


@require_POST
@writes(step_up=True)
def proposal_set_aside(request: HttpRequest, reference: str) -> HttpResponse:
    """A proposed decision is set aside."""
    proposal, form = _proposal(request, reference), ConfirmationForm(request.POST)
    form.is_valid()
    with refusals_in(form):
        operations.set_aside_proposal(proposal, by=request.user)
        messages.success(request, "La proposition est écartée.")
        return redirect("regional_dossier", proposal.item.candidacy.reference)
    return _again(request, proposal, form)


def _proposal(request: HttpRequest, reference: str) -> Proposal:
    user = acting(request)
    read = regional.dossiers(user).order_by().values("pk")
    found = Proposal.objects.filter(reference=reference, item__region__in=user.regions, item__candidacy__in=read)
    proposal = found.select_related("item__candidacy__service__owner", "proposed_by").first()
    if proposal is None:
        raise Http404
    return proposal


def _again(request: HttpRequest, proposal: Proposal, form: Form) -> HttpResponse:
    context = {
        "candidacy": proposal.item.candidacy,
        "sheet": packs.sheet_of(proposal.item, at=timezone.now()),
        "proposal": proposal,
        "form": form,
        **_review(request, proposal.item.candidacy),
        "breadcrumb": _trail((proposal.item.candidacy.reference, "")),
    }
    return render(request, "onboarding/committee/regional_dossier.html", context, status=422)


def _trail(*links: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Espace régional", reverse("regional_space")), *links]
