"""Warning of expiries, by the clock: each certificate once per threshold, and the agency when nobody answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import MoveNotAllowed, Refused
from portal.lifecycle.operations import moving, save
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters

from .. import effects, notices, queries
from ..lifecycle import Move
from ..models import Certificate, ExpiryNotice


def thresholds(*, at: datetime) -> list[int]:
    """The thresholds set by the agency, in days before the expiry (negative: after)."""
    found = parameters.value("certificates.notice_days", at=at)
    return [int(number) for number in found] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class Watched:
    """A kind of certificate whose end is told.

    `ending(at, horizon=, past=)` gives those that end, with `warned`, the last threshold told of (None: none yet);
    `move` marks one; `notice` keeps what was told; `tell(certificate_id=)` sends it.
    """

    ending: Callable[..., QuerySet[Any]]
    move: str
    notice: type[Model]
    tell: Callable[..., Any]


def warn(*, at: datetime) -> int:
    """Tells every expiry whose threshold is reached, the most urgent only; returns how many. May be run twice."""
    return warn_all(Watched(queries.to_warn, Move.WARN, ExpiryNotice, effects.send_expiry_notice), at=at)


def warn_all(watched: Watched, *, at: datetime) -> int:
    """The same for any kind of certificate."""
    steps = thresholds(at=at)
    if not steps:
        return 0
    # a notice that was due while the portal was stopped is still told, for a week
    rows = watched.ending(at, horizon=max(steps), past=max(0, -min(steps)) + 7).select_related("service")
    return sum(_warn(row, watched, steps, at=at) for row in rows.iterator(chunk_size=500))


def _warn(certificate: Any, watched: Watched, steps: Sequence[int], *, at: datetime) -> bool:
    expiry, today = paris_date(certificate.not_after), paris_date(at)
    threshold = notices.due(expiry, today, steps, warned=certificate.warned)
    if threshold is None:
        return False
    try:
        with moving(certificate, watched.move, by=None, at=at) as (current, event):
            save(watched.notice(certificate=current, threshold=threshold, sent_at=event.at))
            event.note(service=current.service.name, expires=notices.sentence(expiry, today))
            enqueue(watched.tell, event=event, certificate_id=current.pk)
    except (MoveNotAllowed, Refused):
        return False  # retired, or told by another worker, in between
    return True


def acknowledge(certificate: Certificate, *, by: Any, at: datetime | None = None) -> None:
    """A person of the vendor says that he sees to the renewal: the agency is not alerted in his stead.

    Raises Refused when nothing ends soon, or when somebody has already said so.
    """
    with moving(certificate, Move.ACKNOWLEDGE, by=by, at=at) as (current, event):
        if current.acknowledged_at:
            raise Refused("Ce renouvellement est déjà pris en charge.")
        if not queries.is_ending(current, at=event.at):
            raise Refused("Ce certificat n’expire pas bientôt : il n’y a rien à prendre en charge.")
        current.acknowledged_at, current.acknowledged_by = event.at, by
        event.note(service=current.service.name)


def escalate(*, at: datetime) -> int:
    """Alerts the agency, once, of each expiry that nobody took charge of or prepared; returns how many."""
    days = parameters.integer("certificates.escalation_days", at=at)
    rows = queries.to_escalate(at, days=days).select_related("service")
    return sum(_escalate(row, at=at) for row in rows.iterator(chunk_size=500))


def _escalate(certificate: Certificate, *, at: datetime) -> bool:
    try:
        with moving(certificate, Move.ESCALATE, by=None, at=at) as (current, event):
            current.escalated_at = event.at
            expires = notices.sentence(paris_date(current.not_after), paris_date(at))
            event.note(service=current.service.name, expires=expires)
            enqueue(effects.alert_agency, event=event, certificate_id=current.pk)
    except MoveNotAllowed:
        return False  # retired or revoked in between
    return True
