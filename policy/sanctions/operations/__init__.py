"""Measures: opened with their motive and reach, answered by the vendor, decided and lifted by a second person.

What a measure closes is a restriction of the right (`grants.restrict`), which publications carry at once; what it ends
goes through the verbs of the whitelist. Everything that gateways enforce is published before the operation returns.
"""

from datetime import date, datetime
from typing import Any

from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.sanctions import effects, queries
from policy.sanctions.extent import Extent, Motive, Nature
from policy.sanctions.lifecycle import Move
from policy.sanctions.models import Sanction
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from portal.audit.record import Event
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.web import wording

from .agreement import agree, cover, hold
from .closing import close, open_again

__all__ = [
    "agree",
    "carry_on",
    "confirm",
    "cover",
    "decide",
    "drop",
    "hold",
    "keep",
    "lift",
    "note_emergency",
    "note_lifting",
    "observe",
    "open_emergency",
    "open_measure",
    "propose_lifting",
    "remind",
]


def open_measure(
    grant: Grant,
    *,
    nature: str,
    extent: str,
    value: str = "",
    motive: str,
    grounds: str,
    by: Any,
    at: datetime | None = None,
) -> Sanction:
    """An agent envisages a measure: the vendor is told by letter, and has a delay (setting) to answer. Nothing closes.

    Raises Refused, naming the field, for a reach that the right does not have.
    """
    made = _made(grant, nature=nature, extent=extent, value=value, motive=motive, grounds=grounds, by=by)
    with moving(made, Move.OPEN, by=by, at=at) as (current, event):
        _begin(current, event)
        event.note(due=wording.day(current.due_on))
        enqueue(effects.give_notice, event=event, reference=current.reference)
    return made


def carry_on(
    grant: Grant,
    *,
    nature: str,
    motive: str,
    grounds: str,
    source: str,
    due_on: date,
    observations: str,
    observed_at: datetime | None,
    by: Any,
    at: datetime | None = None,
) -> Sanction:
    """A breach case ends with a suspension or a withdrawal: its formal notice was the adversarial step.

    The measure waits for a second person at once. Called by the case inside its own move.
    """
    made = _made(grant, nature=nature, extent=Extent.DIRECTION, value="", motive=motive, grounds=grounds, by=by)
    made.source, made.observations, made.observed_at = source, observations, observed_at
    with moving(made, Move.CARRY_ON, by=by, at=at) as (current, event):
        _begin(current, event)
        current.due_on = due_on
        event.note(source=source)
    return made


def open_emergency(
    grant: Grant,
    *,
    extent: str,
    value: str = "",
    motive: str,
    grounds: str,
    emergency: str,
    by: Any,
    at: datetime | None = None,
) -> Sanction:
    """An agent suspends at once, and says what makes it urgent; a second person regularises it in time (setting).

    The publication that closes it is issued before this returns.
    """
    made = _made(grant, nature=Nature.SUSPENSION, extent=extent, value=value, motive=motive, grounds=grounds, by=by)
    made.emergency, made.signed_as = emergency.strip(), queries.quality_of(by)
    with moving(made, Move.OPEN_EMERGENCY, by=by, at=at) as (current, event):
        if not current.emergency:
            raise Refused("Dites ce qui fait l’urgence : la régularisation en dépend.", field="emergency")
        _begin(current, event)
        _urgent(current, event)
        event.note(emergency=current.emergency)
        enqueue(effects.announce, event=event, reference=current.reference, news="emergency")
        save(current)
        close(current, by=by, at=event.at)
    return made


def note_emergency(entry: WhitelistEntry, *, at: datetime | None = None) -> Sanction | None:
    """The clock: an entry was stopped from its own page; the act is documented and waits to be regularised.

    None when the journal does not tell who stopped it.
    """
    who = queries.who_stopped(entry)
    if who is None:
        return None
    made = _made(
        entry.grant,
        nature=Nature.SUSPENSION,
        extent=Extent.DIRECTION,
        value="",
        motive=Motive.CHARTER,
        grounds=entry.grounds,
        by=who,
    )
    made.entry, made.emergency = entry, entry.grounds
    with moving(made, Move.NOTE_EMERGENCY, by=None, at=at) as (current, event):
        _begin(current, event)
        _urgent(current, event)
        current.in_force_since = entry.closed_at or event.at
        event.note(entry=entry.reference)
        enqueue(effects.announce, event=event, reference=current.reference, news="emergency")
    return made


def _made(grant: Grant, *, nature: str, extent: str, value: str, motive: str, grounds: str, by: Any) -> Sanction:
    return Sanction(
        grant=grant,
        nature=Nature(nature),
        extent=Extent(extent),
        value=value.strip().upper(),
        motive=Motive(motive),
        grounds=grounds.strip(),
        opened_by=by,
    )


def _begin(current: Sanction, event: Event) -> None:
    """Numbers a measure, gives the vendor his delay, refuses what the right does not have."""
    grant = current.grant
    if grant.state == GrantState.WITHDRAWN:
        raise Refused(f"L’habilitation {grant.reference} est retirée : il n’y a plus rien à fermer.")
    if not current.grounds:
        raise Refused("Dites les faits et leurs motifs : l’éditeur les reçoit tels quels.", field="grounds")
    if found := queries.problem_of(current):
        raise Refused(found.sentence, field=found.field)
    current.reference, current.opened_at = next_reference("ME", event.at), event.at
    current.due_on = queries.observations_due(event.at)
    event.note(what=current.in_words, grant=grant.reference)


def _urgent(current: Sanction, event: Event) -> None:
    current.regularise_on = queries.regularisation_due(event.at)
    current.in_force_since = event.at


def observe(sanction: Sanction, *, observations: str, by: Any, at: datetime | None = None) -> None:
    """The vendor answers; what he wrote before stays above, with its date."""
    with moving(sanction, Move.OBSERVE, by=by, at=at) as (current, event):
        if not observations.strip():
            raise Refused("Écrivez vos observations.", field="observations")
        said = f"{wording.moment(event.at)}, {by.full_name} :\n{observations.strip()}"
        current.observations = f"{current.observations}\n\n{said}".strip()
        if len(current.observations) > 12000:
            raise Refused("Vos observations dépassent 12 000 caractères en tout : résumez-les.", field="observations")
        current.observed_at = event.at
        enqueue(effects.tell_observations, event=event, reference=current.reference)


def decide(
    sanction: Sanction, *, conclusions: str, by: Any, at: datetime | None = None, version: int | None = None
) -> None:
    """A second person decides, once the vendor answered or his time is over; it is enforced before this returns."""
    with moving(sanction, Move.DECIDE, by=by, at=at, version=version) as (current, event):
        _after_the_delay(current, event.at)
        _signed(current, event, conclusions, by=by)
        current.in_force_since = event.at
        event.note(what=current.in_words, opener=current.opened_by)
        enqueue(effects.announce, event=event, reference=current.reference, news="decided")
        save(current)
        close(current, by=by, at=event.at)


def _after_the_delay(current: Sanction, at: datetime) -> None:
    if current.observed_at is None and paris_date(at) <= current.due_on:
        raise Refused(
            f"L’éditeur a jusqu’au {wording.day(current.due_on)} pour répondre : attendez ses observations ou la "
            "fin de ce jour. Seule une urgence documentée prend effet avant."
        )


def _signed(current: Sanction, event: Event, conclusions: str, *, by: Any) -> None:
    if not conclusions.strip():
        raise Refused("Motivez la décision : l’éditeur la reçoit telle quelle.", field="conclusions")
    current.conclusions = conclusions.strip()
    current.decided_by, current.decided_at, current.signed_as = by, event.at, queries.quality_of(by)


def confirm(
    sanction: Sanction, *, conclusions: str, by: Any, at: datetime | None = None, version: int | None = None
) -> None:
    """A second person regularises what was done in an emergency: it stands, by a decision."""
    with moving(sanction, Move.CONFIRM, by=by, at=at, version=version) as (current, event):
        _signed(current, event, conclusions, by=by)
        event.note(opener=current.opened_by)
        enqueue(effects.announce, event=event, reference=current.reference, news="confirmed")


def drop(sanction: Sanction, *, conclusions: str, by: Any, at: datetime | None = None) -> None:
    """The measure is given up before any effect; the vendor, who knew of it, is told."""
    with moving(sanction, Move.DROP, by=by, at=at) as (current, event):
        if not conclusions.strip():
            raise Refused("Dites pourquoi la mesure est abandonnée.", field="conclusions")
        current.conclusions = conclusions.strip()
        current.decided_by, current.decided_at = by, event.at
        event.note(conclusions=current.conclusions)
        enqueue(effects.announce, event=event, reference=current.reference, news="dropped")


def propose_lifting(sanction: Sanction, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """A first person asks that a measure be lifted, and says why."""
    with moving(sanction, Move.PROPOSE_LIFTING, by=by, at=at) as (current, event):
        current.lifting_proposed_by, current.lifting_grounds = by, _said(grounds)
        event.note(grounds=grounds.strip())
        if current.entry and current.entry.reinstatement_proposed_by_id is None:
            whitelist.propose_reinstatement(current.entry, grounds=grounds, by=by, at=event.at)


def keep(sanction: Sanction, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """The measure stays; another lifting may be proposed later."""
    with moving(sanction, Move.KEEP, by=by, at=at) as (current, event):
        event.note(grounds=_said(grounds))
        current.lifting_proposed_by, current.lifting_grounds = None, ""
        if current.entry and current.entry.reinstatement_proposed_by_id is not None:
            whitelist.keep_suspended(current.entry, grounds=grounds, by=by, at=event.at)


def lift(sanction: Sanction, *, by: Any, at: datetime | None = None, version: int | None = None) -> None:
    """A second person lifts the measure: what it closed is open again before this returns."""
    with moving(sanction, Move.LIFT, by=by, at=at, version=version) as (current, event):
        current.lifted_by, current.lifted_at = by, event.at
        event.note(proposer=current.lifting_proposed_by)
        open_again(current, by=by, at=event.at)
        enqueue(effects.announce, event=event, reference=current.reference, news="lifted")


def note_lifting(sanction: Sanction, *, why: str, at: datetime | None = None) -> None:
    """The clock: the entry that the measure followed works again, or the right ended: the measure is over."""
    with moving(sanction, Move.NOTE_LIFTING, by=None, at=at) as (current, event):
        current.lifted_at = event.at
        event.note(why=why)


def remind(sanction: Sanction, *, at: datetime) -> None:
    """The clock reminds, once, that an emergency was not regularised in time."""
    with moving(sanction, Move.REMIND, by=None, at=at) as (current, event):
        if current.reminded_at is not None:
            raise Refused("Cette régularisation a déjà été rappelée.")
        current.reminded_at = event.at
        enqueue(effects.remind_regularisation, event=event, reference=current.reference)


def _said(grounds: str) -> str:
    if not grounds.strip():
        raise Refused("Indiquez les motifs.", field="grounds")
    return grounds.strip()
