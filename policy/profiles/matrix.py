"""The policy as a matrix: profiles across, elements down, conditions in words in the cells, and what changes there."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import catalogue, openness
from .catalogue import AccessProfile, FeedingProfile
from .difference import CellChange, Difference
from .openness import Degree, Openness
from .rulebook import Rulebook

ACCESS, FEEDING = "acces", "alimentation"
FAMILIES = {ACCESS: "Profils d’accès (0 à 5)", FEEDING: "Profils d’alimentation (A et B)"}
ICONS = {
    Degree.ALWAYS: "fr-icon-check-line",
    Degree.CONDITION: "fr-icon-filter-line",
    Degree.NEVER: "fr-icon-close-line",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it opens, in words, and how it differs from the version compared with."""

    profile: str
    opening: Openness
    change: CellChange | None

    @property
    def icon(self) -> str:
        """The icon of the degree: colour is never alone."""
        return ICONS[self.opening.degree]

    @property
    def look(self) -> str:
        """The suffix of the cell's class."""
        return f"{self.opening.degree.value}{' portal-matrix__changed' if self.change else ''}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line: an element, the FHIR names it covers, its cells in the order of the columns."""

    element: str
    label: str
    resources: tuple[str, ...]
    fhir: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: an operation, a family of profiles, a resource and words (both empty for all)."""

    operation: str
    family: str = ACCESS
    resource: str = ""
    words: str = ""
    only_changes: bool = False

    @property
    def profiles(self) -> Sequence[AccessProfile] | Sequence[FeedingProfile]:
        """The columns."""
        return tuple(FeedingProfile) if self.family == FEEDING else tuple(AccessProfile)


def rows(book: Rulebook, view: View, difference: Difference | None = None) -> list[Row]:
    """The lines that the view shows."""
    found = [_row(book, view, code, difference) for code in book.elements if _shown(book, view, code)]
    return [row for row in found if not view.only_changes or any(cell.change for cell in row.cells)]


def _shown(book: Rulebook, view: View, code: str) -> bool:
    element = book.elements[code]
    text = " ".join((element.label, code, *element.fhir)).casefold()
    return (not view.resource or view.resource in element.resources) and view.words.casefold() in text


def _row(book: Rulebook, view: View, code: str, difference: Difference | None) -> Row:
    element = book.elements[code]
    cells = tuple(
        Cell(
            profile.value,
            openness.of_cell(book, {profile.value}, view.operation, code),
            difference.of(profile.value, code, view.operation) if difference else None,
        )
        for profile in view.profiles
    )
    return Row(code, element.label, element.resources, element.fhir, cells)


def resources(book: Rulebook) -> list[str]:
    """The resources of the policy, in the order of the file."""
    return list(dict.fromkeys(name for element in book.elements.values() for name in element.resources))


def labels() -> dict[str, str]:
    """The label of every profile by its code."""
    return {code: catalogue.label(code) for code in sorted(catalogue.CODES)}
