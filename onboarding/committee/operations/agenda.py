"""The calendar and the agenda: kept by the secretary, frozen once the session is convened."""

from datetime import date, datetime
from typing import Any

from onboarding.candidacies.models import Candidacy
from onboarding.committee import queries
from onboarding.committee.lifecycle import Mode, SessionMove
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.parameters import queries as parameters
from portal.web import wording


def plan_session(
    *,
    held_on: date,
    cut_off: date,
    place: str = "",
    mode: str = Mode.MEETING,
    by: Any,
    at: datetime | None = None,
) -> CommitteeSession:
    """Puts a session of the national committee on the calendar; a session already held on paper may be entered too."""
    session = CommitteeSession(held_on=held_on, cut_off=cut_off, place=place.strip(), mode=mode)
    with moving(session, SessionMove.PLAN, by=by, at=at) as (current, event):
        current.reference = next_reference("CS", event.at)
        take_rules(current, at=event.at)
        event.note(held_on=wording.day(held_on))
    return session


def take_rules(session: CommitteeSession, *, at: datetime) -> None:
    """Copies onto the session what the settings ask of the committee at that instant."""
    session.has_votes = parameters.is_on("committee.votes", at=at)
    session.quorum = parameters.integer("committee.quorum", at=at)
    session.has_embargo = parameters.is_on("committee.embargo", at=at)
    session.needs_visa = parameters.is_on("committee.visa", at=at)
    session.tie_rule = parameters.text("committee.tie_rule", at=at)


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
        if held_on != current.held_on and current.is_convened:
            raise Refused("Les membres sont convoqués à cette date : elle ne change plus.", field="held_on")
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
    assert item.session is not None  # a regional point is on no agenda
    with moving(item.session, SessionMove.REMOVE, by=by, at=at) as (_, event):
        if item.decisions.exists():
            raise Refused("Ce point a sa décision : il reste à l’ordre du jour.")
        event.note(candidacy=item.candidacy.reference)
        item.delete()
