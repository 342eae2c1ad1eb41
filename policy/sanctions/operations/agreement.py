"""Measures and later decisions agree: what is granted under a measure is closed too, what is granted again opens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from policy.grants import operations as grants
from policy.grants.models import Grant
from policy.grants.restrictions import Scope
from policy.sanctions import queries
from policy.sanctions.lifecycle import Move
from policy.sanctions.models import Sanction
from portal.lifecycle.operations import moving


def cover(grant: Grant, *, by: Any, at: datetime | None = None) -> int:
    """Closes a right granted while a measure suspends its whole service, until that is lifted; returns how many do.

    The measures are locked before the right, as lifting does: one that is being lifted closes nothing any more.
    """
    with transaction.atomic():
        over = list(queries.missed_by(grant).select_for_update(of=("self",)))
        for one in over:
            grants.restrict(grant, scope=Scope.RIGHT, source=one.reference, because=one.because, by=by, at=at)
    return len(over)


def hold(service_id: int) -> None:
    """Locks the measures in force on a service: before its rights, as lifting does, so that none waits for another."""
    rows = Sanction.objects.standing().filter(grant__service=service_id).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def agree(
    grant: Grant,
    *,
    decision: str,
    recorded_at: datetime,
    establishments: Iterable[str] = (),
    is_new: bool,
    by: Any,
    at: datetime,
) -> None:
    """A decision opened a right (`is_new`) or amended it: suspensions hold, withdrawals of what it grants again end.

    Those in force when it was `recorded_at`, that is: an embargo may have held it back. `establishments` are those of
    the list that was decided on. Called by the committee inside its own move, once it holds the measures of the
    service; the list is published again by the clock.
    """
    cover(grant, by=by, at=at)
    again = queries.granted_again(
        grant.service_id,
        grant.direction,
        amended=None if is_new else grant,
        profiles=queries.profiles_of(grant),
        establishments=establishments,
        until=recorded_at,
        made=grant if is_new else None,
    )
    for one in again:
        _grant_again(one, grant, decision=decision, by=by, at=at)


def _grant_again(one: Sanction, grant: Grant, *, decision: str, by: Any, at: datetime) -> None:
    """The withdrawal ends, or stays for the other direction of the service alone."""
    move = Move.GRANT_IN_PART if queries.stays_withdrawn(one, grant.direction) else Move.GRANT_AGAIN
    with moving(one, move, by=by, at=at) as (current, event):
        event.note(what=current.part_of(grant.get_direction_display()), decision=decision, grant=grant.reference)
        if move is Move.GRANT_AGAIN:
            current.lifted_at = event.at
        grants.relax(grant, source=current.reference, by=by, at=event.at)
