"""Which categories of establishments the ROR covers, by sector (JDV_J55-CategorieEG-ROR; see data/SOURCES.md)."""

from functools import cache

from portal.lifecycle.table import LabelledEnum
from portal.reference import datafile


class Sector(LabelledEnum):
    """The fields into which the ROR sorts its structures."""

    SANITAIRE = "sanitaire", "Sanitaire"
    MEDICO_SOCIAL = "medico-social", "Médico-social"
    COORDINATION = "coordination", "Coordination"
    VILLE = "ville", "Offre de ville"


@cache
def sectors() -> dict[str, Sector]:
    """The sector of each category code inside the perimeter."""
    return {row["code"]: Sector(row["sector"]) for row in datafile.rows("categories.csv")}


def sector_of(category: str) -> Sector | None:
    """The sector of a category; None when the ROR does not cover it."""
    return sectors().get(category)


def covers(category: str) -> bool:
    """Whether establishments of that category may appear in the ROR."""
    return category in sectors()
