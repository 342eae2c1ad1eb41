"""Who attended a session, as the secretary types it: one organisation on each line, then the persons after a colon.

Pure: text in, rows out. A line without a colon names an organisation whose persons are not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

LONGEST = 200  # characters of an organisation's name
MOST = 60  # organisations at one session


class Unreadable(ValueError):
    """What was typed cannot be read; `sentence` says which line and why, in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Attendance:
    """One organisation at the table, and the persons who sat for it (free text, may be empty)."""

    organisation: str
    people: str = ""

    def as_json(self) -> dict[str, str]:
        """The row as it is stored."""
        return asdict(self)


def read(text: str) -> list[Attendance]:
    """The rows of a typed text, in its order. Raises Unreadable for a line without organisation, or a name twice."""
    rows = [_line(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(rows) > MOST:
        raise Unreadable(f"Une séance compte au plus {MOST} organismes.")
    seen: set[str] = set()
    for row in rows:
        if row.organisation.casefold() in seen:
            raise Unreadable(f"L’organisme « {row.organisation} » figure deux fois : réunissez ses personnes.")
        seen.add(row.organisation.casefold())
    return rows


def _line(number: int, line: str) -> Attendance:
    organisation, _, people = line.partition(":")
    organisation, people = " ".join(organisation.split()), " ".join(people.split())
    if not organisation:
        raise Unreadable(f"Ligne {number} : indiquez l’organisme avant les deux-points.")
    if len(organisation) > LONGEST:
        raise Unreadable(f"Ligne {number} : le nom de l’organisme dépasse {LONGEST} caractères.")
    return Attendance(organisation, people)


def write(rows: Iterable[Mapping[str, str]]) -> str:
    """The text that gives these stored rows back."""
    return "\n".join(
        f"{row['organisation']} : {row['people']}" if row["people"] else row["organisation"] for row in rows
    )
