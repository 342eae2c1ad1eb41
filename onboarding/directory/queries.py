"""The public list of the services in the circle of trust."""

from collections.abc import Iterable
from dataclasses import dataclass

from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.parties.models import DigitalService

from .lifecycle import State
from .models import Listing


@dataclass(frozen=True, slots=True)
class Shown:
    """A service as anyone sees it: its vendor, its kind, what it does with the ROR, and since when."""

    service: DigitalService
    presentation: str
    directions: tuple[Direction, ...]

    @property
    def doing(self) -> str:
        """« Consommation, alimentation »."""
        return ", ".join(direction.label.lower() for direction in self.directions).capitalize()


def shown(search: str = "") -> list[Shown]:
    """The services in production whose vendor accepted to be shown, by name; three queries."""
    listed = Listing.objects.filter(state=State.LISTED, service__grants__in=Grant.objects.active()).distinct()
    found = listed.select_related("service__owner").order_by("service__name", "pk")
    words = search.lower().split()
    rows = [one for one in found if all(word in _text(one) for word in words)]
    held = _directions(one.service_id for one in rows)
    return [Shown(one.service, one.presentation, held[one.service_id]) for one in rows]


def _text(listing: Listing) -> str:
    return f"{listing.service.name} {listing.service.owner.name} {listing.presentation}".lower()


def _directions(services: Iterable[int]) -> dict[int, tuple[Direction, ...]]:
    held: dict[int, list[Direction]] = {}
    rows = Grant.objects.active().filter(service__in=list(services)).order_by("direction")
    for service, direction in rows.values_list("service_id", "direction"):
        held.setdefault(service, []).append(Direction(direction))
    return {service: tuple(directions) for service, directions in held.items()}


def listing_of(service: DigitalService) -> Listing | None:
    """What the vendor said of the public list; None when he never did."""
    return Listing.objects.select_related("service").filter(service=service).first()
