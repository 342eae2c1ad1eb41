"""Verbs of the committee: the calendar, the agenda, the decisions. The secretary's alone (settled question 19)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.models import Candidacy
from onboarding.committee import effects, queries
from onboarding.committee.attendance import Attendance
from onboarding.committee.lifecycle import DecisionMove, SessionMove, SessionState
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Ruling
from policy.grants import operations as grants
from portal.audit.record import Event
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.web import wording


def plan_session(
    *, held_on: date, cut_off: date, place: str = "", by: Any, at: datetime | None = None
) -> CommitteeSession:
    """Puts a session of the national committee on the calendar; a session already held on paper may be entered too."""
    session = CommitteeSession(held_on=held_on, cut_off=cut_off, place=place.strip())
    with moving(session, SessionMove.PLAN, by=by, at=at) as (current, event):
        current.reference = next_reference("CS", event.at)
        event.note(held_on=wording.day(held_on))
    return session


def reschedule(
    session: CommitteeSession,
    *,
    held_on: date,
    cut_off: date,
    place: str = "",
    by: Any,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Changes the day, the cut-off or the place; the day no longer moves once a point is decided."""
    with moving(session, SessionMove.RESCHEDULE, by=by, at=at, version=version) as (current, event):
        if held_on != current.held_on and Decision.objects.filter(item__session=current).exists():
            raise Refused("Une décision est déjà enregistrée à la date de cette séance.", field="held_on")
        current.held_on, current.cut_off, current.place = held_on, cut_off, place.strip()
        event.note(held_on=wording.day(held_on))


def enter_on_agenda(
    session: CommitteeSession, candidacy: Candidacy, *, by: Any, at: datetime | None = None
) -> AgendaItem:
    """Adds a complete candidacy at the end of the agenda. Refused when it waits for a decision at another session."""
    with moving(session, SessionMove.ENTER, by=by, at=at) as (current, event):
        _refuse_entry(current, candidacy)
        item = AgendaItem(
            session=current,
            candidacy=candidacy,
            position=queries.last_position(current) + 1,
            entered_at=event.at,
            entered_by=by,
        )
        save(item)
        event.note(candidacy=candidacy.reference)
    return item


def _refuse_entry(session: CommitteeSession, candidacy: Candidacy) -> None:
    ready = Candidacy.objects.ready_for_committee().select_for_update(of=("self",))
    if not ready.filter(pk=candidacy.pk).first():  # locked: two sessions may want it at once
        raise Refused(
            f"La candidature {candidacy} n’est pas complète : elle ne peut pas être inscrite.", field="candidacy"
        )
    if candidacy.space != session.space:
        raise Refused("Cette candidature relève d’un espace régional, que le comité ne décide pas.", field="candidacy")
    if waiting := queries.item_waiting(candidacy):
        raise Refused(
            f"La candidature {candidacy} attend déjà sa décision à la séance {waiting.session}.", field="candidacy"
        )


def remove_from_agenda(item: AgendaItem, *, by: Any, at: datetime | None = None) -> None:
    """Takes an undecided point off the agenda; the candidacy stays complete."""
    with moving(item.session, SessionMove.REMOVE, by=by, at=at) as (_, event):
        if item.decisions.exists():
            raise Refused("Ce point a sa décision : il reste à l’ordre du jour.")
        event.note(candidacy=item.candidacy.reference)
        item.delete()


def draft_minutes(
    session: CommitteeSession,
    *,
    attendance: Sequence[Attendance],
    texts: Mapping[str, str],
    by: Any,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Writes who attended, and what was said on each point: `texts` by reference of the candidacy.

    May be done again until the session is closed; a point that `texts` does not name keeps its text.
    """
    with moving(session, SessionMove.DRAFT_MINUTES, by=by, at=at, version=version) as (current, event):
        current.attendance = [row.as_json() for row in attendance]
        written = [item for item in current.items.select_related("candidacy") if item.candidacy.reference in texts]
        for item in written:
            item.minutes = texts[item.candidacy.reference].strip()
            save(item)
        event.note(organisations=len(attendance), points=len(written))


def close_session(session: CommitteeSession, *, by: Any, at: datetime | None = None) -> None:
    """The session was held and every point has its decision: nothing of it changes any more, and its minutes follow.

    Raises Refused before its day, while a point is undecided, or when nobody is known to have attended.
    """
    with moving(session, SessionMove.CLOSE, by=by, at=at) as (current, event):
        _refuse_before(current, event)
        if not current.attendance:
            raise Refused("Indiquez qui était présent dans le procès-verbal avant de clore la séance.")
        if undecided := queries.undecided_references(current):
            listed = ", ".join(undecided)
            raise Refused(
                f"Des points n’ont pas de décision : {listed}. Enregistrez-la, ou retirez-les de l’ordre du jour."
            )
        enqueue(effects.issue_minutes, event=event, session=current.reference)


def record_decision(item: AgendaItem, *, ruling: Ruling, by: Any, at: datetime | None = None) -> Decision:
    """Records what the session decided on a point, moves the candidacy, opens the right when it is admitted.

    One transaction; the letter and its mail follow it. Raises Refused on the field at fault, MoveNotAllowed when the
    candidacy is no longer waiting for a decision.
    """
    decision = Decision(item=item)
    with moving(decision, DecisionMove.RECORD, by=by, at=at) as (current, event):
        session = _session_being_held(item, event)
        _write(current, ruling, event=event, by=by, decided_on=session.held_on)
        _move_candidacy(current, by=by, at=event.at)
        if ruling.outcome.admits:
            _grant(current, by=by, at=event.at)
        event.note(candidacy=item.candidacy.reference)
    return decision


def correct_decision(former: Decision, *, ruling: Ruling, by: Any, at: datetime | None = None) -> Decision:
    """Records a decision that replaces a former one, which stays as it was written.

    The candidacy does not move. Other profiles are granted only once the former right was withdrawn.
    """
    decision = Decision(item=former.item, corrects=former)
    with moving(decision, DecisionMove.CORRECT, by=by, at=at) as (current, event):
        _write(current, ruling, event=event, by=by, decided_on=paris_date(event.at))
        if ruling.outcome.admits:
            _regrant(current, by=by, at=event.at)
        event.note(former=former.reference)
    return decision


def _session_being_held(item: AgendaItem, event: Event) -> CommitteeSession:
    """The point's session, locked so that it is not closed meanwhile."""
    session = CommitteeSession.objects.select_for_update().get(pk=item.session_id)
    if session.state != SessionState.PLANNED:
        raise Refused(f"La séance {session} est close : ses décisions ne peuvent plus qu’être rectifiées.")
    _refuse_before(session, event)
    return session


def _refuse_before(session: CommitteeSession, event: Event) -> None:
    if paris_date(event.at) < session.held_on:
        raise Refused(f"La séance {session} se tient le {wording.day(session.held_on)} : attendez ce jour.")


def _write(decision: Decision, ruling: Ruling, *, event: Event, by: Any, decided_on: date) -> None:
    """Fills the row from the ruling, once it is acceptable, and asks for its letter."""
    candidacy = decision.item.candidacy
    requested = queries.requested(candidacy)
    for problem in queries.problems(decision.item, ruling, corrects=decision.corrects):
        raise Refused(problem.sentence, field=problem.field)
    decision.reference = next_reference("D", event.at)
    decision.outcome = ruling.outcome
    decision.feeding_profiles, decision.access_profile = ruling.granted.letters, ruling.granted.access
    decision.requested_feeding_profiles, decision.requested_access_profile = requested.letters, requested.access
    decision.follows_request = ruling.follows(requested)
    decision.grounds, decision.reservations = ruling.grounds.strip(), ruling.reservations.strip()
    decision.decided_on, decision.recorded_at, decision.recorded_by = decided_on, event.at, by
    event.note(outcome=ruling.outcome.label.lower(), profiles=ruling.granted.words)
    enqueue(effects.notify_decision, event=event, decision=decision.reference)


def _move_candidacy(decision: Decision, *, by: Any, at: datetime) -> None:
    moves = {
        Outcome.ADMIT: candidacies.admit,
        Outcome.ADMIT_WITH_RESERVATIONS: candidacies.admit,
        Outcome.DEFER: candidacies.defer,
        Outcome.REFUSE: candidacies.refuse,
    }
    moves[Outcome(decision.outcome)](decision.item.candidacy, by=by, at=at)


def _grant(decision: Decision, *, by: Any, at: datetime) -> None:
    candidacy = decision.item.candidacy
    grants.grant(
        candidacy.service,
        direction=candidacy.direction,
        feeding_profiles=decision.feeding_profiles,
        access_profile=decision.access_profile,
        decision_reference=decision.reference,
        decided_at=at,
        charter_signed_at=queries.charter_signed_at(candidacy),
        charter_waiver=queries.charter_waiver(candidacy, at=at),
        by=by,
        at=at,
    )


def _regrant(decision: Decision, *, by: Any, at: datetime) -> None:
    living = queries.living_grant(decision.item.candidacy)
    if living is None:
        _grant(decision, by=by, at=at)
    elif (living.feeding_profiles, living.access_profile) != (decision.feeding_profiles, decision.access_profile):
        raise Refused(
            f"L’habilitation {living} accorde déjà d’autres profils ({living.profiles_in_words}) : "
            "retirez-la avant de rectifier les profils.",
            field="outcome",
        )
