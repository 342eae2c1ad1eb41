"""What lists say: the one that counts, its numbers, its pages of lines, what it changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from onboarding.establishments import difference, listing
from onboarding.establishments.difference import Difference
from portal.parties.models import DigitalService
from portal.reference import queries as reference
from portal.statements.queries import Given, read_along, statement

from .lifecycle import State
from .models import EstablishmentList, ListLine

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines by rank; `next_after` opens the following one, 0 at the end."""

    lines: list[ListLine]
    next_after: int


def confirmed_list(service: DigitalService) -> EstablishmentList | None:
    """The list in force, confirmed by the legal representative."""
    return EstablishmentList.objects.confirmed().filter(service=service).first()


def draft_list(service: DigitalService) -> EstablishmentList | None:
    """The list being prepared."""
    return EstablishmentList.objects.drafts().filter(service=service).first()


def current_list(service: DigitalService) -> EstablishmentList | None:
    """The list that counts for the service: the one in force, else the one being prepared."""
    living = getattr(service, _ALONG, None)
    if living is None:
        living = EstablishmentList.objects.living().filter(service=service)
    return next((held for state in (State.CONFIRMED, State.DRAFT) for held in living if held.state == state), None)


def read_lists(services: Iterable[DigitalService]) -> None:
    """Reads the living lists of these services at once: `current_list` asks no more."""
    read_along(services, _ALONG, _living(), by="service")


@statement
def _living() -> "QuerySet[EstablishmentList]":
    return EstablishmentList.objects.living().filter(service__in=Given("owners", many=True))


_ALONG = "living_lists"


def has_valid_line(service: DigitalService) -> bool:
    """Whether a living list of the service holds at least one valid establishment: what a feeding deposit asks."""
    return EstablishmentList.objects.living().filter(service=service, valid_count__gte=1).exists()


def valid_count(service: DigitalService) -> int:
    """How many valid establishments the list that counts holds; 0 without any list."""
    held = current_list(service)
    return held.valid_count if held else 0


def good_lines(held: EstablishmentList) -> list[ListLine]:
    """The lines that count, in the order of the file."""
    return list(ListLine.objects.good().filter(list=held).order_by("rank"))


def numbers(held: EstablishmentList) -> list[str]:
    """The sorted FINESS numbers of the establishments that count."""
    return sorted(ListLine.objects.good().filter(list=held).values_list("finess", flat=True))


def changes_of(held: EstablishmentList) -> Difference:
    """What confirming a list now would change, against the list in force; nothing when it is that list."""
    former = EstablishmentList.objects.confirmed().filter(service_id=held.service_id).first()
    return difference.between(numbers(former) if former else [], numbers(held))


def compared(held: EstablishmentList) -> Difference:
    """What a list changes, or changed when it came into force."""
    if held.confirmed_at is None:
        return changes_of(held)
    kept = set(numbers(held)) - set(held.added)
    return Difference(tuple(held.added), tuple(held.removed), tuple(sorted(kept)))


def has_former(held: EstablishmentList) -> bool:
    """Whether a list in force stands before this draft, so that a difference means something."""
    return held.state == State.DRAFT and EstablishmentList.objects.confirmed().filter(service=held.service_id).exists()


def page_of_lines(held: EstablishmentList, *, verdict: str = "", after: int = 0, size: int = PAGE_SIZE) -> Page:
    """One page of lines in the order of the file; one query."""
    found = ListLine.objects.filter(list=held, rank__gt=after).order_by("rank")
    if verdict:
        found = found.filter(verdict=verdict)
    lines = list(found[: size + 1])
    return Page(lines[:size], lines[size - 1].rank if len(lines) > size else 0)


def lists_of(service: DigitalService) -> list[EstablishmentList]:
    """Every list of a service, latest first."""
    held = EstablishmentList.objects.filter(service=service).select_related("uploaded_by", "confirmed_by")
    return list(held.order_by("-uploaded_at", "-pk"))


def names_of(finess_numbers: Iterable[str]) -> dict[str, str]:
    """The names, at the register, of some establishments."""
    return {number: row.name for number, row in reference.establishments(finess_numbers).items()}


def register_day() -> date | None:
    """The day of the FINESS register that the portal answers from."""
    version = reference.version_in_force()
    return version.flow_date if version else None


def register_for(entries: Iterable[listing.Entry]) -> listing.Register:
    """The part of the FINESS register that judging these entries needs: a few queries, whatever their number."""
    asked, day = listing.numbers_of(entries), register_day()
    found = reference.establishments(asked)
    return listing.Register(
        establishments={
            number: listing.Registered(row.name, row.city, row.category, row.category_label, row.closed_on())
            for number, row in found.items()
        },
        covered=reference.covered_categories(day) if day else frozenset(),
        legal_entities=reference.establishments_of_legal_entities(asked - found.keys()),
        day=day,
    )
