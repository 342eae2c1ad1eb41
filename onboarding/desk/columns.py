"""The columns of the list of dossiers: what each one reads of a row, and how it is written as text.

A row is a mapping of the names in `READS`; instants are aware. The first column, the reference, is always there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onboarding.candidacies.lifecycle import State
from policy.grants.direction import Direction
from portal.lifecycle.table import LabelledEnum
from portal.reference.spaces import SpaceKind
from portal.web import wording

Row = Mapping[str, Any]


class Column(LabelledEnum):
    """What a list may show of a dossier, in the order offered."""

    SERVICE = "service", "Service"
    OWNER = "titulaire", "Titulaire"
    SIREN = "siren", "SIREN"
    DIRECTION = "sens", "Sens"
    SPACE = "espace", "Espace"
    PROFILES = "profils", "Profils demandés"
    REGIONS = "regions", "Régions"
    STATE = "etat", "État"
    RECEIVED = "arrivee", "Arrivée"
    COMPLETED = "completude", "Complète le"
    REVIEWER = "instructeur", "Instructeur"
    COMMITTEE = "comite", "Comité"
    FOLLOWS = "suite", "Fait suite à"


DEFAULT = (
    Column.SERVICE,
    Column.OWNER,
    Column.DIRECTION,
    Column.STATE,
    Column.RECEIVED,
    Column.REVIEWER,
    Column.COMMITTEE,
)
READS: Mapping[Column, tuple[str, ...]] = {
    Column.SERVICE: ("service__name",),
    Column.OWNER: ("service__owner__name",),
    Column.SIREN: ("service__owner__siren",),
    Column.DIRECTION: ("direction",),
    Column.SPACE: ("space",),
    Column.PROFILES: ("requested_profiles",),
    Column.REGIONS: ("region_routes",),
    Column.STATE: ("state",),
    Column.RECEIVED: ("received_at",),
    Column.COMPLETED: ("completed_at",),
    Column.REVIEWER: ("reviewer__first_name", "reviewer__last_name", "reviewer__email"),
    Column.COMMITTEE: ("decision_reference", "session_reference"),
    Column.FOLLOWS: ("follows__reference",),
}


def read(keys: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these keys in the order offered; those of everybody when none is known."""
    asked = set(keys)
    return tuple(column for column in Column if column.value in asked) or DEFAULT


def names(columns: Sequence[Column]) -> list[str]:
    """The fields that these columns read, with the reference."""
    return list(dict.fromkeys(["reference", *(name for column in columns for name in READS[column])]))


def reviewer(row: Row) -> str:
    """The reviewer's full name; empty for nobody."""
    full = f"{row['reviewer__first_name'] or ''} {row['reviewer__last_name'] or ''}".strip()
    return full or row["reviewer__email"] or ""


def _moment(name: str) -> Callable[[Row], str]:
    def told(row: Row) -> str:
        at: datetime | None = row[name]
        return wording.short_moment(at) if at else ""

    return told


TEXTS: Mapping[Column, Callable[[Row], str]] = {
    Column.SERVICE: lambda row: row["service__name"],
    Column.OWNER: lambda row: row["service__owner__name"],
    Column.SIREN: lambda row: row["service__owner__siren"],
    Column.DIRECTION: lambda row: Direction(row["direction"]).label,
    Column.SPACE: lambda row: SpaceKind(row["space"]).label,
    Column.PROFILES: lambda row: ", ".join(row["requested_profiles"]),
    Column.REGIONS: lambda row: ", ".join(sorted(row["region_routes"])),
    Column.STATE: lambda row: State(row["state"]).label,
    Column.RECEIVED: _moment("received_at"),
    Column.COMPLETED: _moment("completed_at"),
    Column.REVIEWER: reviewer,
    Column.COMMITTEE: lambda row: row["decision_reference"] or row["session_reference"] or "",
    Column.FOLLOWS: lambda row: row["follows__reference"] or "",
}
_DAYS = {Column.RECEIVED: "received_at", Column.COMPLETED: "completed_at"}


def cell(column: Column, row: Row) -> str | date | None:
    """The value of a cell for a spreadsheet: days as dates, everything else as text."""
    if name := _DAYS.get(column):
        at: datetime | None = row[name]
        return at.astimezone(wording.PARIS).date() if at else None
    return TEXTS[column](row)
