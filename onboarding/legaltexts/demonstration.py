"""The charters of the demonstration: our own words about duties that public sources describe (see data/SOURCES.md)."""

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
    return _draft(Kind.FEEDING_CHARTER, "feeding_charter")


def consumption_charter() -> Draft:
    """The demonstration charter of consuming services."""
    return _draft(Kind.CONSUMPTION_CHARTER, "consumption_charter")


def _draft(kind: Kind, name: str) -> Draft:
    return Draft(
        kind=kind,
        title=f"{kind.label} (texte de démonstration)",
        commitments=(DATA / f"{name}.commitments.txt").read_text().strip(),
        body=(DATA / f"{name}.txt").read_text().strip(),
    )
