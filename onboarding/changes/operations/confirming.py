"""Yearly confirmations: asked by the clock, given by who signs; silence takes nothing away (settled 27)."""

from datetime import datetime
from typing import Any

from onboarding.changes import effects, queries
from onboarding.changes.lifecycle import ConfirmationMove
from onboarding.changes.models import YearlyConfirmation
from policy.grants.models import Grant
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue


def ask(grant: Grant, *, at: datetime | None = None) -> YearlyConfirmation:
    """The clock asks the holder of a right to state that what is in force is up to date."""
    row = YearlyConfirmation(grant=grant)
    with moving(row, ConfirmationMove.ASK, by=None, at=at) as (current, event):
        current.reference = next_reference("CA", event.at)
        current.asked_at = event.at
        event.note(grant=grant.reference)
        enqueue(effects.ask_confirmation, event=event, reference=current.reference)
    return row


def remind(confirmation: YearlyConfirmation, *, at: datetime | None = None) -> None:
    """The clock asks again."""
    with moving(confirmation, ConfirmationMove.REMIND, by=None, at=at) as (current, event):
        current.reminders += 1
        current.reminded_at = event.at
        event.note(number=current.reminders)
        enqueue(effects.ask_confirmation, event=event, reference=current.reference)


def confirm(confirmation: YearlyConfirmation, *, by: Any, at: datetime | None = None) -> None:
    """The representative states that all of it is up to date; what he saw is kept with his answer."""
    with moving(confirmation, ConfirmationMove.CONFIRM, by=by, at=at) as (current, event):
        current.stated = {one.key: list(one.values) for one in queries.to_state(current.grant)}
        current.confirmed_by, current.confirmed_at = by, event.at
