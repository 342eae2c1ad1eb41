"""Freeing a name from the service that holds it: two persons of the agency, with grounds (settled question 25)."""

from datetime import datetime
from typing import Any

from portal.audit.record import Event
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving
from portal.outbox.operations import enqueue

from .. import effects, queries
from ..lifecycle import HoldingMove, NameState, State
from ..models import NameHolding
from .declaring import retire
from .naming import withdraw_name


def propose_release(holding: NameHolding, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """A first person asks that a name be freed, and says why; nothing changes yet."""
    with moving(holding, HoldingMove.PROPOSE_RELEASE, by=by, at=at) as (current, event):
        if not grounds.strip():
            raise Refused("Indiquez les motifs.", field="grounds")
        current.proposed_by, current.proposed_at, current.grounds = by, event.at, grounds.strip()
        current.decided_by, current.decided_at = None, None
        _note(current, event)


def keep_name(holding: NameHolding, *, by: Any, at: datetime | None = None) -> None:
    """The proposal is given up, possibly by who made it."""
    with moving(holding, HoldingMove.KEEP, by=by, at=at) as (current, event):
        current.decided_by, current.decided_at = by, event.at
        current.proposed_by, current.proposed_at = None, None
        _note(current, event)


def release(holding: NameHolding, *, by: Any, at: datetime | None = None) -> None:
    """A second person frees the name: its certificates are retired, and another service may take it.

    Raises Refused while one of them serves: it must first leave the whitelist, which somebody else may approve.
    """
    with moving(holding, HoldingMove.RELEASE, by=by, at=at) as (current, event):
        current.decided_by, current.decided_at = by, event.at
        living = list(current.certificates.filter(state=State.DECLARED).order_by("pk"))
        serving = [one.reference for one in living if any(use.is_blocking for use in queries.uses_of(one))]
        if serving:
            raise Refused(f"Ce nom sert encore : {', '.join(serving)}. Retirez d’abord les inscriptions concernées.")
        for certificate in living:
            retire(certificate, by=None, at=event.at)
        for declared in current.declared_names.filter(state=NameState.DECLARED):
            withdraw_name(declared, by=None, at=event.at)
        _note(current, event)
        enqueue(effects.announce_release, event=event, holding_id=current.pk)


def _note(holding: NameHolding, event: Event) -> None:
    event.note(
        service=holding.service.name, environment=holding.get_environment_display().lower(), grounds=holding.grounds
    )
