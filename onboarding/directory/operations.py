"""Showing a service in the public list, and taking it away."""

from datetime import datetime
from typing import Any

from onboarding.legaltexts import prose
from portal.lifecycle.operations import moving
from portal.parties.models import DigitalService

from . import queries
from .lifecycle import Move, State
from .models import Listing


def show(service: DigitalService, *, presentation: str, by: Any, at: datetime | None = None) -> Listing:
    """The vendor accepts that the service be shown, with a sentence of presentation."""
    listing = queries.listing_of(service)
    move = Move.LIST if listing is None else Move.DESCRIBE if listing.state == State.LISTED else Move.RELIST
    with moving(listing or Listing(service=service), move, by=by, at=at) as (current, event):
        current.presentation = prose.tidy(presentation).replace("\n", " ")
        current.since = event.at if move is not Move.DESCRIBE else current.since
        event.note(service=service.name)
    return current


def hide(listing: Listing, *, by: Any, at: datetime | None = None) -> None:
    """The vendor takes the service away from the public list."""
    with moving(listing, Move.UNLIST, by=by, at=at) as (current, event):
        current.since = event.at
        event.note(service=current.service.name)
