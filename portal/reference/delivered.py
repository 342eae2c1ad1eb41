"""The nomenclatures delivered with the portal, read as imported ones are: what holds until a version was loaded."""

from functools import cache

from portal.reference import datafile, nos_file

REGIONS, CATEGORIES = "TRE_R30", "JDV_J55"  # regions; categories of establishments that the ROR covers


@cache
def labels(table: str) -> dict[str, str]:
    """The labels of a table by code, in its order. Raises LookupError for one that is not delivered."""
    for name, data in datafile.nomenclatures():
        if name.startswith(f"{table}-"):
            return {one.code: one.label for one in nos_file.read(data).codes}
    raise LookupError(table)
