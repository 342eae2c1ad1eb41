"""The clock of the committee: opinions that members owe, reservations whose deadline comes."""

import logging
from datetime import datetime

from onboarding.committee import operations
from onboarding.committee.queries import timetable
from portal.calendar.schedule import every
from portal.lifecycle.errors import Refusal

logger = logging.getLogger(__name__)


@every(seconds=3600)
def remind_members(now: datetime) -> int:
    """Reminds, once a session, the members who owe opinions; returns how many sessions."""
    due = timetable.opinions_to_remind(now)
    for session in due:
        operations.remind_opinions(session, by=None, at=now)
    return len(due)


@every(seconds=3600)
def remind_holders(now: datetime) -> int:
    """Reminds, once each, the holders of reservations whose deadline comes; returns how many."""
    reminded = 0
    for reservation in timetable.reservations_due(now):
        try:
            operations.remind_reservation(reservation, at=now)
            reminded += 1
        except Refusal as refusal:  # lifted in between: nothing to remind
            logger.info("reservation %s not reminded: %s", reservation.reference, refusal.sentence)
    return reminded
