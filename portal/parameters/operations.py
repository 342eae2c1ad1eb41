"""Setting a value: at once, or by a proposal that a second administrator approves when the setting is sensitive."""

from datetime import datetime

from portal.accounts.models import User
from portal.audit.record import Event
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.parameters import catalogue, queries

from .lifecycle import Move
from .models import Parameter


def set_value(
    key: str, value: object, *, by: User, reason: str, at: datetime | None = None, effective_at: datetime | None = None
) -> Parameter:
    """Dates a new value; a sensitive setting becomes a proposal. Raises KeyError (unknown key) or Refused."""
    setting = catalogue.SETTINGS[key]
    try:
        proven = catalogue.checked(setting, value)
    except catalogue.InvalidValue as error:
        raise Refused(error.sentence, field="value") from error
    parameter = Parameter(key=key, value=proven, reason=reason[:300], sensitive=setting.sensitive)
    move = Move.PROPOSE if setting.sensitive else Move.SET
    with moving(parameter, move, by=by, at=at) as (parameter, event):
        _date(parameter, effective_at, event)
        parameter.reference = next_reference("RG", event.at)
        parameter.proposed_by, parameter.proposed_at = by, event.at
        if not setting.sensitive:
            parameter.decided_by, parameter.decided_at = by, event.at
        _note(parameter, event)
    return parameter


def approve(parameter: Parameter, *, by: User, at: datetime | None = None) -> None:
    """A second administrator lets the proposed value apply: from its date, or from now when that date is past."""
    with moving(parameter, Move.APPROVE, by=by, at=at) as (current, event):
        current.decided_by, current.decided_at = by, event.at
        current.effective_at = max(current.effective_at, event.at)
        event.note(setting=current.setting.label, value=current.shown)


def reject(parameter: Parameter, *, by: User, at: datetime | None = None) -> None:
    """An administrator, the proposer included, sets the proposal aside."""
    with moving(parameter, Move.REJECT, by=by, at=at) as (current, event):
        current.decided_by, current.decided_at = by, event.at
        event.note(setting=current.setting.label)


def _date(parameter: Parameter, effective_at: datetime | None, event: Event) -> None:
    if effective_at is not None and effective_at < event.at:
        raise Refused("Un réglage ne s’applique pas dans le passé : donnez une date à venir.", field="effective_date")
    parameter.effective_at = effective_at or event.at


def _note(parameter: Parameter, event: Event) -> None:
    former = queries.in_force(parameter.key, at=event.at)
    event.note(setting=parameter.setting.label, former=former.shown, value=parameter.shown)
