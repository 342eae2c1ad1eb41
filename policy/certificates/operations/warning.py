"""Warning of expiries, by the clock: each certificate once per threshold, and the agency when nobody answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

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


def warn(*, at: datetime) -> int:
    """Tells every expiry whose threshold is reached, the most urgent only; returns how many. May be run twice."""
    steps = thresholds(at=at)
    if not steps:
        return 0
    # a notice that was due while the portal was stopped is still told, for a week
    rows = queries.to_warn(at, horizon=max(steps), past=max(0, -min(steps)) + 7)
    return sum(_warn(row, steps, at=at) for row in rows.select_related("service").iterator(chunk_size=500))


def _warn(certificate: Certificate, steps: Sequence[int], *, at: datetime) -> bool:
    expiry, today = paris_date(certificate.not_after), paris_date(at)
    warned: int | None = getattr(certificate, "warned", None)
    threshold = notices.due(expiry, today, steps, warned=warned)
    if threshold is None:
        return False
    try:
        with moving(certificate, Move.WARN, by=None, at=at) as (current, event):
            save(ExpiryNotice(certificate=current, threshold=threshold, sent_at=event.at))
            event.note(service=current.service.name, expires=notices.sentence(expiry, today))
            enqueue(effects.send_expiry_notice, event=event, certificate_id=current.pk)
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
