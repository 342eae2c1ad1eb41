"""Verbs on drafts: proposed by a tool, told of their end, closed by the clock."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from onboarding.candidacies import effects
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.operations.starting import refuse_ending
from onboarding.candidacies.queries import openings
from policy.grants.direction import Direction
from portal.calendar.deadlines import paris_date
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.parties.models import DigitalService


def propose(
    service: DigitalService,
    *,
    direction: str,
    space: str,
    answers: Mapping[str, Any],
    token: str,
    at: datetime,
) -> Candidacy:
    """A tool proposes a draft; a person of the vendor completes and deposits it.

    Refused while another is open, and once the end of the service is accepted.
    """
    former = openings.predecessor(service, direction)
    given = openings.answers_given_before(service, direction) | dict(answers)
    candidacy = Candidacy(service=service, direction=direction, space=space, follows=former, **given)
    with moving(candidacy, Move.PROPOSE, by=None, at=at) as (current, event):
        refuse_ending(service)
        current.reference = next_reference("C", event.at)
        current.opened_at = current.touched_at = event.at
        event.note(service=service.reference, direction=Direction(direction).label.lower(), token=token)
        enqueue(effects.announce_proposal, event=event, reference=current.reference)
    return candidacy


def warn(candidacy: Candidacy, *, closing: date, at: datetime) -> None:
    """The clock tells that a draft nobody fills will be closed on that day."""
    with moving(candidacy, Move.WARN, by=None, at=at) as (current, event):
        current.warned_at = event.at
        event.note(closing_date=f"{closing:%d/%m/%Y}")
        enqueue(effects.warn_of_closing, event=event, candidacy_id=current.pk, closing=closing.isoformat())


def abandon(candidacy: Candidacy, *, at: datetime) -> None:
    """The clock closes a draft that nobody fills; another one may be opened, with the answers of this one."""
    with moving(candidacy, Move.ABANDON, by=None, at=at) as (current, event):
        current.closed_at = event.at
        since = current.touched_at or current.opened_at
        event.note(since=f"{paris_date(since):%d/%m/%Y}")
        enqueue(effects.announce_abandonment, event=event, candidacy_id=current.pk)
