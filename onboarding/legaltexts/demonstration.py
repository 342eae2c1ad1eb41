"""The charter of the demonstration: our own words about duties that public sources describe (see data/SOURCES.md)."""

from dataclasses import dataclass
from pathlib import Path

from .kinds import Kind

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text ready to be published: what `operations.publish_version` takes."""

    kind: Kind
    title: str
    commitments: str
    body: str


def feeding_charter() -> Draft:
    """The demonstration charter of feeding services."""
    return Draft(
        kind=Kind.FEEDING_CHARTER,
        title="Charte d’alimentation du ROR (texte de démonstration)",
        commitments=(DATA / "feeding_charter.commitments.txt").read_text().strip(),
        body=(DATA / "feeding_charter.txt").read_text().strip(),
    )
