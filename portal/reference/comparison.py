"""What a new register changes: compared in memory, so that only changes are written."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.reference.register_file import RegisteredEstablishment, RegisterFile

SHRINK_LIMIT = 0.02


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal holds of an establishment before the import."""

    row: RegisteredEstablishment
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write: new rows, rows whose values moved or that came back, numbers that left, of what total."""

    added: tuple[RegisteredEstablishment, ...]
    changed: tuple[RegisteredEstablishment, ...]
    reopened: tuple[RegisteredEstablishment, ...]
    closed: tuple[str, ...]
    open_before: int

    @property
    def shrinks_too_much(self) -> bool:
        """Whether more than 2 % of the open establishments would disappear: most likely a truncated file."""
        return len(self.closed) > SHRINK_LIMIT * self.open_before


def compare(known: Mapping[str, Known], register: RegisterFile) -> Changes:
    """The changes from what is known (by FINESS) to a register. A line that could not be read closes nothing."""
    rows = {row.finess: row for row in register.establishments}
    legible = {fault.finess for fault in register.faults}
    before = {number for number, held in known.items() if not held.is_closed}
    return Changes(
        added=tuple(row for number, row in rows.items() if number not in known),
        changed=tuple(row for number, row in rows.items() if number in before and known[number].row != row),
        reopened=tuple(row for number, row in rows.items() if number in known and number not in before),
        closed=tuple(sorted(before - rows.keys() - legible)),
        open_before=len(before),
    )
