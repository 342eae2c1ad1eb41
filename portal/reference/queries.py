"""Readings of the register and of the regions for pages and for the slices above."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.reference import folding
from portal.reference.lifecycle import VersionState

from .models import Establishment, Region, RegisterVersion

PAGE_SIZE = 50
CHUNK = 5000  # databases bound the number of values in one statement


@dataclass(frozen=True, slots=True)
class Page:
    """One page of establishments in the order of their FINESS; `next_after` opens the next one, empty at the end."""

    rows: list[Establishment]
    next_after: str


def version_in_force() -> RegisterVersion | None:
    """The register that the portal answers from; None before the first import."""
    return RegisterVersion.objects.filter(state=VersionState.IN_FORCE).first()


def open_count() -> int:
    """How many establishments the register in force holds."""
    return Establishment.objects.open().count()


def search(text: str, *, region: str = "", after: str = "", size: int = PAGE_SIZE) -> Page:
    """Establishments whose number, name, town or legal entity holds every word of `text`; one query in all."""
    found = Establishment.objects.filter(finess__gt=after).order_by("finess")
    if region:
        found = found.in_region(region)
    for word in folding.words(text):
        found = found.filter(search_text__contains=word)
    rows = list(found[: size + 1])
    return Page(rows[:size], rows[size - 1].finess if len(rows) > size else "")


def establishments(numbers: Iterable[str]) -> dict[str, Establishment]:
    """The establishments of these FINESS EG numbers, closed ones included; unknown numbers are absent."""
    return {
        row.finess: row
        for chunk in _chunks(numbers)
        for row in Establishment.objects.filter(finess__in=chunk).iterator()
    }


def establishments_of_legal_entities(numbers: Iterable[str]) -> dict[str, list[str]]:
    """The open establishments (FINESS EG, sorted) of these FINESS EJ numbers; numbers of no legal entity are absent."""
    held: dict[str, list[str]] = {}
    for chunk in _chunks(numbers):
        rows = Establishment.objects.open().filter(finess_ej__in=chunk).order_by("finess")
        for legal_number, number in rows.values_list("finess_ej", "finess"):
            held.setdefault(legal_number, []).append(number)
    return held


def regions() -> list[Region]:
    """The regions in the order of their codes."""
    return list(Region.objects.order_by("code"))


def _chunks(numbers: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(set(numbers))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))
