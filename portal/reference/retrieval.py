"""What a consuming service retrieves, how and in which format (reference data, see data/SOURCES.md).

Settled question 11: retrieval cases are data, with their format and prerequisites; beds do not travel in CSD.
"""

from dataclasses import dataclass
from functools import cache

from portal.lifecycle.table import LabelledEnum
from portal.reference import datafile


class ExchangeFormat(LabelledEnum):
    """The two formats of the ROR's read services."""

    FHIR = "fhir", "FHIR (modèle d’exposition 3.0)"
    CSD = "csd", "CSD (modèle d’exposition 2.4)"


@dataclass(frozen=True, slots=True)
class RetrievalCase:
    """A way of retrieving data: its format, the web services it calls, what it takes, where it is described."""

    code: str
    label: str
    format: str
    services: str
    prerequisite: str
    source: str

    @property
    def words(self) -> str:
        """« Extraction complète (FHIR) »."""
        return f"{self.label} ({self.format.upper()})"


@dataclass(frozen=True, slots=True)
class DataWanted:
    """A class of data and the formats that carry it."""

    code: str
    label: str
    formats: frozenset[str]
    source: str


@cache
def cases() -> dict[str, RetrievalCase]:
    """Every retrieval case by code, in the order of the page."""
    return {row["code"]: RetrievalCase(**row) for row in datafile.rows("retrieval_cases.csv")}


@cache
def data_wanted() -> dict[str, DataWanted]:
    """Every class of data by code, in the order of the page."""
    rows = datafile.rows("data_wanted.csv")
    return {
        row["code"]: DataWanted(row["code"], row["label"], frozenset(row["formats"].split()), row["source"])
        for row in rows
    }


def case_label(code: str) -> str:
    """The words of a retrieval case, or the code itself when it is unknown."""
    known = cases().get(code)
    return known.words if known else code


def data_label(code: str) -> str:
    """The label of a class of data, or the code itself when it is unknown."""
    known = data_wanted().get(code)
    return known.label if known else code


def objections(format: str, wanted: tuple[str, ...], chosen: tuple[str, ...]) -> list[tuple[str, str]]:
    """What does not go together, as (field, French sentence): data that a format does not carry, cases of another."""
    found = []
    for code in wanted:
        data = data_wanted().get(code)
        if data and format not in data.formats:
            found.append(("data_wanted", f"Le format {format.upper()} ne transmet pas « {data.label} » : {_WAY_OUT}."))
    for code in chosen:
        case = cases().get(code)
        if case and case.format != format:
            found.append(("retrieval_cases", f"« {case.words} » ne relève pas du format choisi, {format.upper()}."))
    return found


_WAY_OUT = "choisissez le format FHIR, ou renoncez à ces données"
