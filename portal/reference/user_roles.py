"""The user roles of the access policy, sent in a header of every read (reference data, see data/SOURCES.md)."""

from dataclasses import dataclass
from functools import cache

from portal.reference import datafile

TABLE = "JDV_J68"  # the roles that the access policy names, a subset of TRE_R78
SYSTEM = "1.2.250.1.213.1.6.1.66"  # TRE_R78, whose subset JDV_J68 the policy uses


@dataclass(frozen=True, slots=True)
class UserRole:
    """A role: code, French label, the access profile it goes with (None when nothing is known), and the source.

    `is_deduced` marks a profile read from the wording of the role, to be confirmed by the agency.
    """

    code: str
    label: str
    profile: int | None
    is_deduced: bool
    source: str

    @property
    def words(self) -> str:
        """« CU22 – Régulation de soins non programmés »."""
        return f"{self.code} – {self.label}"


@cache
def user_roles() -> dict[str, UserRole]:
    """Every role by code, in the order of the nomenclature."""
    return {row["code"]: _role(row) for row in datafile.rows("user_roles.csv")}


def label_of(code: str) -> str:
    """The French words of a role, or the code itself when it is unknown."""
    known = user_roles().get(code)
    return known.words if known else code


def of_profile(profile: int) -> list[UserRole]:
    """The roles that may go with an access profile: those of it, and those about which nothing is known.

    Profile 0 is that of the general public: nothing unknown goes with it.
    """
    roles = user_roles().values()
    return [role for role in roles if role.profile == profile or (role.profile is None and profile != 0)]


def _role(row: dict[str, str]) -> UserRole:
    profile = int(row["profile"]) if row["profile"] else None
    return UserRole(row["code"], row["label"], profile, row["basis"] == "deduced", row["source"])
