"""Leading the change of an authority: who must act is told, progress is followed, nothing is cut by a date."""

from datetime import date, datetime
from typing import Any

from policy.certificates.models import TrustAnchor
from portal.audit.record import Event
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.web import wording

from . import effects, queries
from .lifecycle import Move
from .models import Rollover, RolloverLine


def open_rollover(
    anchor: TrustAnchor,
    *,
    successor: TrustAnchor | None = None,
    ends_on: date,
    message: str,
    by: Any,
    at: datetime | None = None,
) -> Rollover:
    """Opens the campaign of an authority that leaves: its certificates in force are noted, their vendors told.

    Raises Refused when no certificate depends on it, it is trusted no more, or the period has no length.
    """
    made = Rollover(anchor=anchor, successor=successor, ends_on=ends_on, message=message.strip())
    with moving(made, Move.OPEN, by=by, at=at) as (current, event):
        if not anchor.is_trusted:
            raise Refused("Cette autorité n’est plus reconnue : il n’y a rien à remplacer.")
        if not queries.affected(anchor, at=event.at).exists():
            raise Refused("Aucun certificat en vigueur ne dépend de cette autorité.")
        current.reference = next_reference("RA", event.at)
        current.opened_at, current.opened_by, current.opened_on = event.at, by, paris_date(event.at)
        save(current)  # before its lines, which name it
        event.note(count=str(_follow(current, at=event.at)), authority=anchor.name)
        _tell(current, event, is_reminder=False)
    return made


def remind(rollover: Rollover, *, by: Any, at: datetime | None = None) -> None:
    """Tells again those who have something left to replace; certificates declared meanwhile join the campaign."""
    with moving(rollover, Move.REMIND, by=by, at=at) as (current, event):
        _follow(current, at=event.at)
        current.reminded_at = event.at
        event.note(count=str(_tell(current, event, is_reminder=True)))


def extend(rollover: Rollover, *, ends_on: date, reason: str, by: Any, at: datetime | None = None) -> None:
    """Changes the last day of the parallel period, and says why."""
    with moving(rollover, Move.EXTEND, by=by, at=at) as (current, event):
        if not reason.strip():
            raise Refused("Indiquez le motif.", field="reason")
        current.ends_on = ends_on
        event.note(date=wording.day(ends_on), reason=reason.strip())


def close(rollover: Rollover, *, by: Any, at: datetime | None = None) -> None:
    """Ends the campaign, complete or not; the authority is withdrawn apart, by two persons."""
    with moving(rollover, Move.CLOSE, by=by, at=at) as (current, event):
        found = queries.progress_of(current, at=event.at)
        current.closed_at = event.at
        event.note(done=str(found.done), count=str(found.total))


def _follow(rollover: Rollover, *, at: datetime) -> int:
    """Notes the certificates in force that the campaign does not follow yet; returns how many."""
    found = queries.late_comers(rollover, at=at).order_by("pk").values_list("pk", flat=True)
    made = RolloverLine.objects.bulk_create(RolloverLine(rollover=rollover, certificate_id=pk) for pk in found)
    return len(made)


def _tell(rollover: Rollover, event: Event, *, is_reminder: bool) -> int:
    owners = queries.owners_waiting(rollover, at=event.at)
    for owner in owners:
        enqueue(effects.tell_vendor, event=event, rollover_id=rollover.pk, owner_id=owner, is_reminder=is_reminder)
    return len(owners)
