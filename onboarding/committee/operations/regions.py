"""Regional decisions: an authorised agent of the ARS decides without session, alone or with a second person.

Settled questions 3 and 5: the authority of that region only; the second person is a setting; the letter is in its name.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.models import Candidacy
from onboarding.committee import effects, ruling_text
from onboarding.committee.lifecycle import DecisionMove, ProposalMove
from onboarding.committee.models import AgendaItem, Decision, Proposal
from onboarding.committee.operations import decisions, followup
from onboarding.committee.rules import Ruling
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters
from portal.reference.spaces import SpaceKind


def decide_regionally(
    candidacy: Candidacy, *, ruling: Ruling, by: Any, at: datetime | None = None, proposal: Proposal | None = None
) -> Decision:
    """The regional authority decides on a complete candidacy of its space: same rules, letter and right as a session's.

    Refused where the setting asks for a second person and there is no confirmed proposal.
    """
    item = proposal.item if proposal else point_for(candidacy)
    decision = Decision(item=item)
    with transaction.atomic():
        with moving(decision, DecisionMove.DECIDE_REGIONALLY, by=by, at=at) as (current, event):
            if proposal is None and parameters.is_on("regional.second_person", at=event.at):
                raise Refused("Une seconde personne confirme chaque décision régionale : proposez-la.")
            candidacies.hold_services([candidacy.service_id])
            decisions.refuse_undecidable(candidacy)
            _keep(item, current, by=by, at=event.at)
            decisions.write(current, ruling, event=event, by=by, decided_on=paris_date(event.at))
            decisions.carry_out(current, ruling, by=by, at=event.at)
            enqueue(effects.notify_decision, event=event, decision=current.reference)
            event.note(candidacy=candidacy.reference)
        followup.make(decision, ruling, by=by, at=event.at, told=True)
    return decision


def point_for(candidacy: Candidacy) -> AgendaItem:
    """The unsaved point of a regional decision. Refused for a national candidacy."""
    if candidacy.space != SpaceKind.REGIONAL or len(candidacy.regions) != 1:
        raise Refused("Cette candidature relève de l’espace national : le comité la décide.")
    return AgendaItem(candidacy=candidacy, region=candidacy.regions[0], position=1)


def _keep(item: AgendaItem, owner: Decision | Proposal, *, by: Any, at: datetime) -> None:
    """Saves a new point before what names it."""
    if item.pk is None:
        item.entered_at, item.entered_by = at, by
        save(item)
        owner.item = item


def propose_regionally(
    candidacy: Candidacy, *, ruling: Ruling, by: Any, at: datetime | None = None, corrects: Decision | None = None
) -> Proposal:
    """A first person words the decision, or the correction of one; it has no effect before a second one confirms it."""
    item = corrects.item if corrects else point_for(candidacy)
    proposal = Proposal(item=item, ruling=ruling_text.write(ruling), corrects=corrects, proposed_by=by)
    with moving(proposal, ProposalMove.PROPOSE, by=by, at=at) as (current, event):
        if corrects is None:
            decisions.refuse_undecidable(candidacy)
        elif corrects.corrections.exists():
            raise Refused("Cette décision a déjà été rectifiée : rectifiez celle qui la remplace.")
        if Proposal.objects.filter(item__candidacy=candidacy, state="proposed").exists():
            raise Refused("Une décision proposée attend déjà une seconde personne sur ce dossier.")
        _keep(current.item, current, by=by, at=event.at)
        decisions.refuse_unacceptable(current.item, ruling, corrects)
        current.reference, current.proposed_at = next_reference("PR", event.at), event.at
        event.note(candidacy=candidacy.reference, outcome=ruling.outcome.label.lower())
    return proposal


def confirm_proposal(proposal: Proposal, *, by: Any, at: datetime | None = None) -> Decision:
    """Another person of the same authority confirms: the decision is recorded as it was worded."""
    with transaction.atomic():
        with moving(proposal, ProposalMove.CONFIRM, by=by, at=at) as (current, event):
            current.settled_by, current.settled_at = by, event.at
            event.note(candidacy=current.item.candidacy.reference, proposer=current.proposed_by.full_name)
        ruling = ruling_text.read(proposal.ruling)
        if proposal.corrects:
            return decisions.correct_decision(proposal.corrects, ruling=ruling, by=by, at=event.at, proposal=proposal)
        return decide_regionally(proposal.item.candidacy, ruling=ruling, by=by, at=event.at, proposal=proposal)


def set_aside_proposal(proposal: Proposal, *, by: Any, at: datetime | None = None) -> None:
    """The proposal is dropped, by its author or another; a new one may be made."""
    with moving(proposal, ProposalMove.SET_ASIDE, by=by, at=at) as (current, event):
        current.settled_by, current.settled_at = by, event.at
        event.note(candidacy=current.item.candidacy.reference)
