"""Regions (TRE_R30 codes) and departments as the FINESS register writes them."""

from dataclasses import dataclass
from functools import cache

from portal.reference import datafile, delivered


@dataclass(frozen=True, slots=True)
class Department:
    """A department: code of the register (`01`, `2A`, `9D`), French name, region code (empty when none covers it)."""

    code: str
    name: str
    region: str


def region_names() -> dict[str, str]:
    """The region codes with their names as delivered, in the order of the nomenclature; those in force are read by
    `queries.region_names`.
    """
    return delivered.labels(delivered.REGIONS)


@cache
def departments() -> dict[str, Department]:
    """Every department by code."""
    return {
        row["code"]: Department(row["code"], row["name"], row["region"]) for row in datafile.rows("departments.csv")
    }


def region_of(department: str) -> str:
    """The region code of a department; empty for an unknown department or one outside the 18 regions."""
    known = departments().get(department)
    return known.region if known else ""


def department_label(code: str) -> str:
    """« Ain (01) », or the bare code when it is unknown."""
    known = departments().get(code)
    return f"{known.name} ({code})" if known else code
