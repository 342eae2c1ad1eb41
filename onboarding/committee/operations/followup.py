"""Reservations: made with their decision, kept closed what they block, reminded before their deadline, lifted once."""

from datetime import datetime
from typing import Any

from onboarding.committee import effects, queries
from onboarding.committee.lifecycle import ReservationMove, ReservationState
from onboarding.committee.models import Decision, Reservation
from onboarding.committee.rules import Ruling
from onboarding.committee.terms import Blocks
from policy.grants import operations as grants
from policy.grants.restrictions import Scope
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue

SCOPES = {Blocks.TESTS: Scope.TESTS, Blocks.PRODUCTION: Scope.PRODUCTION, Blocks.PROFILE: Scope.PROFILE}


def make(
    decision: Decision, ruling: Ruling, *, by: Any, at: datetime, told: bool, replacing: Decision | None = None
) -> None:
    """Writes the reservations of a ruling; those of the decision it replaces no longer block anything."""
    for number, reserve in enumerate(ruling.reservations, start=1):
        made = Reservation(
            decision=decision,
            number=number,
            text=reserve.text.strip(),
            blocks=reserve.blocks,
            profile=reserve.profile,
            due_on=reserve.due_on,
        )
        with moving(made, ReservationMove.MAKE, by=by, at=at) as (current, event):
            current.reference = next_reference("RS", event.at)
            event.note(decision=decision.reference, terms=reserve.words)
    if told:
        hold(decision, by=by, at=at, replacing=replacing)


def hold(decision: Decision, *, by: Any, at: datetime, replacing: Decision | None = None) -> None:
    """Tells the right what the open reservations keep closed; what a replaced decision kept closed opens."""
    grant = queries.living_grant(decision.item.candidacy)
    if grant is None:
        return
    for row in replacing.followed.all() if replacing else ():
        if row.blocks in SCOPES and row.state == ReservationState.OPEN:
            grants.relax(grant, source=row.reference, by=by, at=at)
    for row in decision.followed.all():
        if row.blocks in SCOPES:
            scope = SCOPES[Blocks(row.blocks)]
            words = f"réserve {row.reference} : {row.text}"
            grants.restrict(grant, scope=scope, value=row.profile, source=row.reference, because=words, by=by, at=at)


def lift_reservation(
    reservation: Reservation, *, evidence: str, by: Any, at: datetime | None = None, version: int | None = None
) -> None:
    """The reservation is fulfilled, on a piece or a finding; what it blocked opens, and the holder is told."""
    with moving(reservation, ReservationMove.LIFT, by=by, at=at, version=version) as (current, event):
        if not evidence.strip():
            raise Refused("Indiquez la pièce ou le constat qui lève la réserve.", field="evidence")
        if not current.decision.is_told:
            raise Refused("Cette décision est sous embargo : la réserve se lève après sa notification.")
        current.evidence, current.lifted_at, current.lifted_by = evidence.strip()[:500], event.at, by
        grant = queries.living_grant(current.decision.item.candidacy)
        if grant is not None and current.blocks in SCOPES:
            grants.relax(grant, source=current.reference, by=by, at=event.at)
        event.note(evidence=current.evidence)
        enqueue(effects.announce_lifting, event=event, reservation=current.reference)


def remind_reservation(reservation: Reservation, *, at: datetime) -> None:
    """The clock reminds the holder of a deadline that comes, once."""
    with moving(reservation, ReservationMove.REMIND, by=None, at=at) as (current, event):
        if current.reminded_at is not None:
            raise Refused("L’échéance de cette réserve a déjà été rappelée.")
        current.reminded_at = event.at
        enqueue(effects.remind_reservation, event=event, reservation=current.reference)
