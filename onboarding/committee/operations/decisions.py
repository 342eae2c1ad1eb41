"""Decisions: recorded alone or together, corrected by another, carried out at once or at the release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.committee import effects, queries
from onboarding.committee.lifecycle import UNDER_WAY, DecisionMove, SessionState
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Proposal
from onboarding.committee.operations import agenda, followup
from onboarding.committee.outcomes import Outcome
from onboarding.committee.queries import measures, panel
from onboarding.committee.rules import Ruling, against_votes
from policy.grants import operations as grants
from policy.grants.models import Grant
from policy.sanctions import operations as sanctions
from portal.audit.record import Event
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refusal, Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters
from portal.web import wording

SECRETARY = "secrétaire du comité"


def record_decision(item: AgendaItem, *, ruling: Ruling, by: Any, at: datetime | None = None) -> Decision:
    """Records what the session decided on a point, moves the candidacy, opens the right when it is admitted.

    One transaction; the letter and its mail follow it. Under embargo nothing moves nor is told before the release.
    Raises Refused on the field at fault, MoveNotAllowed when the candidacy is no longer waiting for a decision.
    """
    decision = Decision(item=item)
    with transaction.atomic():
        with moving(decision, DecisionMove.RECORD, by=by, at=at) as (current, event):
            session = _session_being_held(item, event)
            candidacies.hold_services([item.candidacy.service_id])
            _refuse_against_votes(session, item, ruling)
            write(current, ruling, event=event, by=by, decided_on=session.held_on)
            if session.holds_back:
                refuse_undecidable(item.candidacy)
            else:
                carry_out(current, ruling, by=by, at=event.at)
                enqueue(effects.notify_decision, event=event, decision=current.reference)
            event.note(candidacy=item.candidacy.reference)
        followup.make(decision, ruling, by=by, at=event.at, told=not session.holds_back)
        if ruling.target and not session.holds_back:
            back_on_agenda(decision, by=by, at=event.at)
    return decision


@dataclass(frozen=True, slots=True)
class Outturn:
    """What became of one decision of a batch: the decision, or the sentence that says why it was not recorded."""

    item: AgendaItem
    decision: Decision | None
    sentence: str = ""


def record_together(
    rulings: Sequence[tuple[AgendaItem, Ruling]], *, by: Any, at: datetime | None = None
) -> list[Outturn]:
    """Records a batch: each decision stands or falls alone, and the report names each one."""
    return [_one_of_batch(item, ruling, by=by, at=at) for item, ruling in rulings]


def _one_of_batch(item: AgendaItem, ruling: Ruling, *, by: Any, at: datetime | None) -> Outturn:
    try:
        return Outturn(item, record_decision(item, ruling=ruling, by=by, at=at))
    except Refusal as refusal:
        return Outturn(item, None, refusal.sentence)


def correct_decision(
    former: Decision, *, ruling: Ruling, by: Any, at: datetime | None = None, proposal: Proposal | None = None
) -> Decision:
    """Records a decision that replaces a former one, which stays as it was written.

    The candidacy does not move, the right neither: it is not given back once withdrawn, nor its profiles changed. Votes
    bind another outcome as they bind the first; a region that decides by two persons corrects by a `proposal`.
    """
    decision = Decision(item=former.item, corrects=former)
    with transaction.atomic():
        with moving(decision, DecisionMove.CORRECT, by=by, at=at) as (current, event):
            if proposal is None:
                _refuse_alone(former, ruling, event)
            candidacies.hold_services([former.item.candidacy.service_id])
            write(current, ruling, event=event, by=by, decided_on=paris_date(event.at))
            if former.is_told:
                if ruling.outcome.admits:
                    _regrant(current, by=by, at=event.at)
                enqueue(effects.notify_decision, event=event, decision=current.reference)
            event.note(former=former.reference)
        followup.make(decision, ruling, by=by, at=event.at, told=former.is_told, replacing=former)
    return decision


def _refuse_alone(former: Decision, ruling: Ruling, event: Event) -> None:
    """One person does not undo by a correction what several decided: a region's two, or those who voted."""
    item = former.item
    if item.session is None:
        if parameters.is_on("regional.second_person", at=event.at):
            raise Refused("Une seconde personne confirme chaque décision régionale : proposez la rectification.")
    elif ruling.outcome != former.outcome:
        _refuse_against_votes(item.session, item, ruling)


def _session_being_held(item: AgendaItem, event: Event) -> CommitteeSession:
    """The point's session, locked so that it is not closed meanwhile."""
    session = locked_session(item)
    if session.state not in UNDER_WAY:
        raise Refused(f"La séance {session} est close : ses décisions ne peuvent plus qu’être rectifiées.")
    refuse_before(session, event)
    if (session.has_votes or session.quorum) and session.state != SessionState.SITTING:
        raise Refused(f"La séance {session} n’est pas ouverte : le comité vote ou compte ses présents.")
    return session


def locked_session(item: AgendaItem) -> CommitteeSession:
    """The session of a point, locked: decisions, votes and closing follow each other."""
    assert item.session_id is not None  # a regional point has no session
    return CommitteeSession.objects.select_for_update().get(pk=item.session_id)


def refuse_before(session: CommitteeSession, event: Event) -> None:
    """A session is not held before its day."""
    if paris_date(event.at) < session.held_on and not session.is_written:
        raise Refused(f"La séance {session} se tient le {wording.day(session.held_on)} : attendez ce jour.")


def _refuse_against_votes(session: CommitteeSession, item: AgendaItem, ruling: Ruling) -> None:
    if not session.has_votes:
        return
    item.refresh_from_db(fields=["ballot_closed_at"])
    tally = panel.tally_of(item, session)
    if not (tally.is_complete or item.ballot_closed_at):
        raise Refused(f"{tally.cast} votes sur {tally.expected} : attendez les autres, ou closez le vote.")
    if problem := against_votes(ruling, tally):
        raise Refused(problem.sentence, field=problem.field)


def refuse_undecidable(candidacy: Candidacy) -> None:
    """A decision needs a candidacy that waits for one; locked, so that two never meet."""
    ready = Candidacy.objects.ready_for_committee().select_for_update(of=("self",))
    if not ready.filter(pk=candidacy.pk).first():
        raise Refused(f"La candidature {candidacy} n’attend plus de décision.")


def write(decision: Decision, ruling: Ruling, *, event: Event, by: Any, decided_on: date) -> None:
    """Fills the row from the ruling, once it is acceptable."""
    item = decision.item
    requested = queries.requested(item.candidacy)
    refuse_unacceptable(item, ruling, decision.corrects)
    decision.reference = next_reference("D", event.at)
    decision.outcome = ruling.outcome
    decision.feeding_profiles, decision.access_profile = ruling.granted.letters, ruling.granted.access
    decision.requested_feeding_profiles, decision.requested_access_profile = requested.letters, requested.access
    decision.follows_request = ruling.follows(requested)
    decision.grounds, decision.reservations = ruling.grounds.strip(), "\n".join(ruling.reservation_words)
    decision.motives, decision.awaited = [*map(str, ruling.motives)], [*map(str, ruling.awaited)]
    decision.target_session = _target(ruling, item)
    decision.suggested = panel.advice_on(item.candidacy, at=event.at).letters
    decision.votes = panel.votes_in_words(item)
    decision.signed_as = queries.quality_of(item)
    decision.decided_on, decision.recorded_at, decision.recorded_by = decided_on, event.at, by
    event.note(outcome=ruling.outcome.label.lower(), profiles=ruling.granted.words)


def refuse_unacceptable(item: AgendaItem, ruling: Ruling, corrects: Decision | None = None) -> None:
    """Refused on the first thing that forbids recording this ruling."""
    for problem in queries.problems(item, ruling, corrects=corrects):
        raise Refused(problem.sentence, field=problem.field)


def _target(ruling: Ruling, item: AgendaItem) -> CommitteeSession | None:
    """The session that a deferral names: still open to new points, and another one."""
    if not ruling.target:
        return None
    own = item.session.pk if item.session else None
    found = CommitteeSession.objects.planned().filter(reference=ruling.target).exclude(pk=own or 0).first()
    if found is None:
        raise Refused("Choisissez une séance dont l’ordre du jour est encore ouvert.", field="target")
    return found


def carry_out(decision: Decision, ruling: Ruling, *, by: Any, at: datetime) -> None:
    """What a decision does once it may be told: the candidacy moves, the right opens."""
    candidacy = decision.item.candidacy
    if ruling.outcome is Outcome.DEFER:
        candidacies.defer(candidacy, blocks=ruling.awaited, text=ruling.grounds, by=by, at=at)
    elif ruling.outcome is Outcome.REFUSE:
        candidacies.refuse(candidacy, by=by, at=at)
    else:
        candidacies.admit(candidacy, by=by, at=at)
        _grant(decision, by=by, at=at)


def back_on_agenda(decision: Decision, *, by: Any, at: datetime) -> None:
    """A deferred candidacy is on the agenda of the session it waits for, without anybody having to think of it."""
    candidacy = Candidacy.objects.get(pk=decision.item.candidacy_id)
    if decision.target_session and candidacy.state == State.DEFERRED:
        agenda.enter_on_agenda(decision.target_session, candidacy, by=by, at=at)


def _grant(decision: Decision, *, by: Any, at: datetime) -> None:
    candidacy = decision.item.candidacy
    sanctions.hold(candidacy.service_id)
    if candidacy.amends:
        _amend(decision, candidacy.amends, by=by, at=at)
        return
    made = grants.grant(
        candidacy.service,
        direction=candidacy.direction,
        feeding_profiles=decision.feeding_profiles,
        access_profile=decision.access_profile,
        region=decision.item.region,
        decision_reference=decision.reference,
        decided_at=at,
        charter_signed_at=queries.charter_signed_at(candidacy),
        charter_waiver=queries.charter_waiver(candidacy, at=at),
        by=by,
        at=at,
    )
    since = measures.first_recorded_at(decision)
    sanctions.agree(made, decision=decision.reference, recorded_at=since, is_new=True, by=by, at=at)


def _amend(decision: Decision, grant: Grant, *, by: Any, at: datetime) -> None:
    """The request changed a living right; refused, it would have left it as it was."""
    grants.amend(
        grant,
        feeding_profiles=decision.feeding_profiles,
        access_profile=decision.access_profile,
        decision_reference=decision.reference,
        by=by,
        at=at,
    )
    places = measures.establishments_decided(decision.item.candidacy)
    since = measures.first_recorded_at(decision)
    sanctions.agree(
        grant, decision=decision.reference, recorded_at=since, establishments=places, is_new=False, by=by, at=at
    )


def _regrant(decision: Decision, *, by: Any, at: datetime) -> None:
    living = queries.living_grant(decision.item.candidacy)
    if living is None:
        if ended := queries.ended_right(decision.item.candidacy):  # withdrawn since the ruling was judged
            raise Refused(queries.given_back(ended).sentence, field="outcome")
        _grant(decision, by=by, at=at)
    elif (living.feeding_profiles, living.access_profile) != (decision.feeding_profiles, decision.access_profile):
        raise Refused(
            f"L’habilitation {living} accorde déjà d’autres profils ({living.profiles_in_words}) : une rectification "
            "ne les change pas, seule une demande de modification le fait.",
            field="outcome",
        )
