"""The purposes that a request may declare (reference data, see data/SOURCES.md)."""

from dataclasses import dataclass
from functools import cache

from portal.reference import datafile


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose: code, French label, directions it fits (`consumption`, `feeding`), whether a text must explain it."""

    code: str
    label: str
    directions: frozenset[str]
    needs_text: bool
    source: str


@cache
def purposes() -> dict[str, Purpose]:
    """Every purpose by code, in the order of the page."""
    return {row["code"]: _purpose(row) for row in datafile.rows("purposes.csv")}


def for_direction(direction: str) -> list[Purpose]:
    """The purposes that fit a direction (`consumption` or `feeding`)."""
    return [purpose for purpose in purposes().values() if direction in purpose.directions]


def label_of(code: str) -> str:
    """The French label of a purpose, or the code itself when it is unknown."""
    known = purposes().get(code)
    return known.label if known else code


def _purpose(row: dict[str, str]) -> Purpose:
    directions = frozenset(row["directions"].split())
    return Purpose(row["code"], row["label"], directions, row["needs_text"] == "yes", row["source"])
