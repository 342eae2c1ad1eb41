"""The clock's part: drafts that nobody fills are told of their end, then closed; who left is a contact no longer."""

from datetime import datetime, timedelta

from portal.calendar.deadlines import paris_date
from portal.calendar.schedule import every
from portal.lifecycle.errors import MoveNotAllowed
from portal.parameters import queries as parameters
from portal.parties import queries as parties

from .models import Candidacy
from .operations import contacts, drafts

FOLLOWED = timedelta(days=7)  # a worker that was away for longer left a backlog that people saw
AT_ONCE = 200  # the next hour takes the others


@every(seconds=3600)
def warn_of_abandoned_drafts(now: datetime) -> int:
    """Tells the owners of drafts untouched for long that they will be closed; returns how many were told."""
    silent = now - timedelta(days=parameters.integer("request.draft_warning_days", at=now))
    left = timedelta(days=parameters.integer("request.draft_closing_days", at=now))
    found = Candidacy.objects.untouched_since(silent).filter(warned_at=None).order_by("pk")[:AT_ONCE]
    for candidacy in found:
        drafts.warn(candidacy, closing=paris_date(now + left), at=now)
    return len(found)


@every(seconds=3600)
def close_abandoned_drafts(now: datetime) -> int:
    """Closes the drafts told of it long enough ago, and still untouched; returns how many."""
    told = now - timedelta(days=parameters.integer("request.draft_closing_days", at=now))
    closed = 0
    for candidacy in Candidacy.objects.to_close(told).order_by("pk")[:AT_ONCE]:
        try:
            drafts.abandon(candidacy, at=now)
        except MoveNotAllowed:  # deposited in between
            continue
        closed += 1
    return closed


@every(seconds=60)
def follow_departures(now: datetime) -> int:
    """Replaces, in the contacts of requests and services, the persons who left; returns how many requests changed."""
    return sum(contacts.follow_departure(one, at=now) for one in parties.departures(since=now - FOLLOWED))
