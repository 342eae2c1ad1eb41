"""A session as it is lived: convened, opened, voted, minuted, closed, endorsed, then told all at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.lifecycle import DECIDABLE
from onboarding.candidacies.operations import pieces
from onboarding.committee import effects, queries
from onboarding.committee.attendance import Attendance
from onboarding.committee.ballot import Choice
from onboarding.committee.conflicts import conflict
from onboarding.committee.lifecycle import SessionMove, SessionState
from onboarding.committee.member_moves import VoteMove
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Seat, Summons, Vote
from onboarding.committee.models.panel import Source
from onboarding.committee.operations import agenda, decisions, followup, members
from onboarding.committee.organisations import Function, Organisation
from onboarding.committee.queries import measures, panel
from portal.audit.record import Event
from portal.calendar.working_days import add_working_days
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, save
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters
from portal.parties import operations as parties


def convene(session: CommitteeSession, *, by: Any, at: datetime | None = None) -> None:
    """Calls the members: agenda, rules and list of those called no longer change; known conflicts are recorded.

    The dossiers stay closed to each member until he has declared his interests. A written consultation opens at once.
    """
    with transaction.atomic():
        with moving(session, SessionMove.CONVENE, by=by, at=at) as (current, event):
            items = list(current.items.select_related("candidacy__service__owner"))
            if not items:
                raise Refused("L’ordre du jour est vide : inscrivez d’abord des candidatures.")
            agenda.take_rules(current, at=event.at)
            called = _summon(current)
            _check_members(current, called)
            _close_until_declared(current, called, items, event)
            _record_conflicts(called, items, event)
            days = parameters.integer("committee.opinion_days", at=event.at)
            current.opinions_due = add_working_days(current.held_on, -days)
            current.convened_at = event.at
            event.note(members=_persons(len(called)), points=_points(len(items)))
            _tell_those_called(current, called, event)
        if current.is_written:
            titulars = [one.seat.reference for one in called if one.seat.substitutes_id is None]
            open_session(session, present=titulars, by=by, at=event.at)


def _summon(session: CommitteeSession) -> list[Summons]:
    seats = Seat.objects.taken().select_related("user", "substitutes")
    called = [
        Summons(
            session=session,
            user=seat.user,
            seat=seat,
            organisation=seat.organisation,
            function=seat.function,
            title=seat.title,
        )
        for seat in seats
    ]
    for summons in called:
        save(summons)
    return called


def _check_members(session: CommitteeSession, called: Sequence[Summons]) -> None:
    voters = {one.seat.substitutes_id or one.seat_id for one in called if Function(one.function).votes}
    if (session.has_votes or session.is_written) and not voters:
        raise Refused("Le comité n’a aucun membre : ajoutez-les avant de convoquer.")
    if session.quorum > len(voters):
        raise Refused(f"Le quorum est de {session.quorum}, et le comité ne compte que {len(voters)} sièges.")


def _close_until_declared(
    session: CommitteeSession, called: Sequence[Summons], items: Sequence[AgendaItem], event: Event
) -> None:
    owners = {item.candidacy.service.owner_id for item in items}
    persons = [one.user for one in called if Function(one.function).votes]
    parties.close_readings(persons, owners, source=session.reference, at=event.at)


def _record_conflicts(called: Sequence[Summons], items: Sequence[AgendaItem], event: Event) -> None:
    by_region = parameters.is_on("committee.regional_recusal", at=event.at)
    for summons in called:
        person = panel.person_of(summons, by_region=by_region)
        for item in items:
            if reason := conflict(person, panel.applicant_of(item)):
                members.stand_back(item, summons.user, source=Source.COMPUTED, reason=reason, at=event.at)


def _tell_those_called(session: CommitteeSession, called: Sequence[Summons], event: Event) -> None:
    for one in called:
        enqueue(effects.summon, event=event, session=session.reference, user_id=one.user_id)


def _persons(count: int) -> str:
    return f"{count} personne{'s' if count > 1 else ''}"


def _points(count: int) -> str:
    return f"{count} point{'s' if count > 1 else ''}"


def remind_opinions(session: CommitteeSession, *, by: Any, at: datetime | None = None) -> int:
    """Reminds those who still owe an opinion, once a session by the clock, as often as the secretary asks."""
    with moving(session, SessionMove.REMIND, by=by, at=at) as (current, event):
        owing = panel.owing_opinions(current)
        current.reminded_at = event.at
        event.note(members=_persons(len(owing)))
        for summons in owing:
            enqueue(effects.remind_opinions, event=event, session=current.reference, user_id=summons.user_id)
    return len(owing)


def open_session(session: CommitteeSession, *, present: Collection[str], by: Any, at: datetime | None = None) -> None:
    """The session begins with those present (references of their seats): who votes is fixed from here on.

    A substitute votes when the titular is absent. Refused before the day, or below the quorum.
    """
    with moving(session, SessionMove.OPEN, by=by, at=at) as (current, event):
        decisions.refuse_before(current, event)
        called = list(current.summons.select_related("seat", "user"))
        here = {one.seat_id for one in called if one.seat.reference in present}
        for one in called:
            one.is_present = one.seat_id in here
            votes = one.is_present and Function(one.function).votes and one.seat.substitutes_id not in here
            one.has_voice = votes
            save(one)
        voices = sum(one.has_voice for one in called)
        if voices < current.quorum:
            raise Refused(f"Le quorum n’est pas atteint : {voices} votants présents, il en faut {current.quorum}.")
        current.attendance = [row.as_json() for row in _attendance(called)]
        current.opened_at = event.at
        event.note(present=len(here), voices=voices)


def _attendance(called: Sequence[Summons]) -> list[Attendance]:
    """Those present, by organisation, as the minutes list them."""
    people: dict[str, list[str]] = {}
    for one in called:
        if one.is_present:
            word = "" if one.function == Function.MEMBER else f" ({Function(one.function).label.lower()})"
            people.setdefault(one.organisation, []).append(f"{one.user.full_name}{word}")
    return [Attendance(Organisation(code).label, ", ".join(names)) for code, names in people.items()]


def cast_vote(item: AgendaItem, *, choice: str, rationale: str = "", by: Any, at: datetime | None = None) -> Vote:
    """A member votes on a point of the session under way, once and for good."""
    vote = Vote(item=item, user=by)
    with moving(vote, VoteMove.CAST, by=by, at=at) as (current, event):
        session = decisions.locked_session(item)
        item.refresh_from_db(fields=["ballot_closed_at"])
        if not session.has_votes or session.state != SessionState.SITTING:
            raise Refused("Le vote n’est pas ouvert.")
        if item.ballot_closed_at or item.decisions.exists():
            raise Refused("Le vote sur ce point est clos.")
        if item.recusals.filter(user=by).exists():  # again, under the lock: he may just have stood back
            raise Refused("Vous êtes déporté de ce point : vous ne votez pas.")
        summons = Summons.objects.get(session=session, user=by)
        current.title, current.is_chair = summons.title, summons.function == Function.CHAIR
        current.choice, current.rationale, current.cast_at = Choice(choice), rationale.strip(), event.at
        event.note(candidacy=item.candidacy.reference, session=session.reference)
    return vote


def close_ballot(item: AgendaItem, *, by: Any, at: datetime | None = None) -> None:
    """Nobody votes on the point any more; the votes cast conclude."""
    assert item.session is not None  # only sessions vote
    with moving(item.session, SessionMove.CLOSE_BALLOT, by=by, at=at) as (current, event):
        if not current.has_votes:
            raise Refused("Le comité ne vote pas dans le portail.")
        row = AgendaItem.objects.select_for_update().get(pk=item.pk)
        row.ballot_closed_at = row.ballot_closed_at or event.at
        save(row)
        item.ballot_closed_at = row.ballot_closed_at
        event.note(candidacy=item.candidacy.reference)


def draft_minutes(
    session: CommitteeSession,
    *,
    attendance: Sequence[Attendance] | None = None,
    texts: Mapping[str, str],
    by: Any,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Writes who attended (unless None), and what was said on each point: `texts` by reference of the candidacy.

    May be done again until the session is closed, or endorsed; a point that `texts` does not name keeps its text.
    """
    with moving(session, SessionMove.DRAFT_MINUTES, by=by, at=at, version=version) as (current, event):
        if attendance is not None:
            current.attendance = [row.as_json() for row in attendance]
        written = [item for item in current.items.select_related("candidacy") if item.candidacy.reference in texts]
        for item in written:
            item.minutes = texts[item.candidacy.reference].strip()
            save(item)
        event.note(organisations=len(current.attendance), points=len(written))


def close_session(session: CommitteeSession, *, by: Any, at: datetime | None = None) -> None:
    """The session was held and every point has its decision: its decisions no longer change, and its minutes follow.

    Where the committee asks for it, the minutes wait for the chair's visa. Raises Refused before its day, while a point
    is undecided, or when nobody is known to have attended.
    """
    with _locked(session) as fresh, moving(session, _closing(fresh), by=by, at=at) as (current, event):
        decisions.refuse_before(current, event)
        if (current.has_votes or current.quorum) and current.state != SessionState.SITTING:
            raise Refused("La séance n’a pas été ouverte : le comité vote ou compte ses présents.")
        if not current.attendance:
            raise Refused("Indiquez qui était présent dans le procès-verbal avant de clore la séance.")
        if undecided := queries.undecided_references(current):
            listed = ", ".join(undecided)
            raise Refused(
                f"Des points n’ont pas de décision : {listed}. Enregistrez-la, ou retirez-les de l’ordre du jour."
            )
        current.closed_at = event.at
        for one in current.summons.filter(declared_at=None).select_related("user"):
            parties.reopen_readings(one.user, source=current.reference, at=event.at)
        for item in current.items.filter(candidacy__readers__until=None, candidacy__readers__isnull=False).distinct():
            pieces.close_reading(item.candidacy, by=None, at=event.at)
        if not current.needs_visa:
            enqueue(effects.issue_minutes, event=event, session=current.reference)


@contextmanager
def _locked(session: CommitteeSession) -> Iterator[CommitteeSession]:
    """The session locked before its closing is chosen: being convened settles whether its minutes wait for a visa."""
    with transaction.atomic():
        yield CommitteeSession.objects.select_for_update().get(pk=session.pk)


def _closing(session: CommitteeSession) -> SessionMove:
    return SessionMove.SUBMIT_MINUTES if session.needs_visa else SessionMove.CLOSE


def endorse(session: CommitteeSession, *, by: Any, at: datetime | None = None) -> None:
    """The chair endorses the minutes: nothing of them changes any more, and their PDF is issued."""
    with moving(session, SessionMove.ENDORSE, by=by, at=at) as (current, event):
        current.endorsed_at, current.endorsed_by = event.at, by
        enqueue(effects.issue_minutes, event=event, session=current.reference)


def release(session: CommitteeSession, *, by: Any, at: datetime | None = None) -> int:
    """Ends the embargo: candidacies move, rights open, and every notification leaves together. Returns how many.

    A candidacy that the vendor withdrew or deposited again since the session is left as it is; so is an admission
    that a withdrawal decided since has overtaken: the candidacy waits for another session.
    """
    with transaction.atomic():
        with moving(session, SessionMove.RELEASE, by=by, at=at) as (current, event):
            if not current.holds_back:
                raise Refused("Les décisions de cette séance sont déjà notifiées.")
            candidacies.hold_services(one.item.candidacy.service_id for one in _held_back(current))
            held = [one for one in _held_back(current) if one.item.candidacy.state in DECIDABLE]
            told = [one for one in held if not measures.overtaken(one)]
            for decision in told:
                decisions.carry_out(decision, decision.ruling, by=by, at=event.at)
                enqueue(effects.notify_decision, event=event, decision=decision.reference)
            current.released_at = event.at
            event.note(decisions=_counted(told, held))
        for decision in told:
            followup.hold(decision, by=by, at=event.at)
            decisions.back_on_agenda(decision, by=by, at=event.at)
    return len(told)


def _counted(told: Sequence[Decision], held: Sequence[Decision]) -> str:
    left = [str(one) for one in held if one not in told]
    words = f"{len(told)} décisions notifiées ensemble" if len(told) > 1 else f"{len(told)} décision notifiée"
    return f"{words}, sans {', '.join(left)} : un retrait décidé depuis l’emporte" if left else words


def _held_back(session: CommitteeSession) -> list[Decision]:
    found = Decision.objects.in_force().filter(item__session=session).prefetch_related("followed")
    return list(found.select_related("item__candidacy__service__owner", "target_session").order_by("item__position"))
