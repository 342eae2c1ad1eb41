"""What must be established before production, for each direction, and what is still lacking.

Sources: charter for feeding services (tests, exhaustive list of establishments); consumer's path (charter, tests,
attestation of the ordering customer); settled question 28 (each fact carries its origin).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum

from .direction import Direction


class Origin(LabelledEnum):
    """Where a fact comes from. The two others stand in for the value, with their evidence."""

    ESTABLISHED = "established", "Établi"
    NOT_REQUIRED = "not_required", "Non exigé"
    TAKEN_OVER = "taken_over", "Repris, à confirmer"


STANDING_IN = (Origin.NOT_REQUIRED, Origin.TAKEN_OVER)


class Fact(LabelledEnum):
    """One thing that opens production; its label is what is missing without it."""

    CHARTER = "charter", "Signature de la charte"
    TESTS = "tests", "Vérification des tests par l’agence"
    LIST = "list", "Liste des établissements confirmée, avec au moins un établissement"
    ATTESTATION = "attestation", "Attestation d’un commanditaire"


REQUIRED: Mapping[Direction, tuple[Fact, ...]] = {
    Direction.FEEDING: (Fact.CHARTER, Fact.TESTS, Fact.LIST),
    Direction.CONSUMPTION: (Fact.CHARTER, Fact.TESTS, Fact.ATTESTATION),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one fact: whether its value is there, and where it comes from."""

    has_value: bool
    origin: str

    @property
    def holds(self) -> bool:
        """True when production may rely on the fact."""
        return self.origin in STANDING_IN or (self.has_value and self.origin == Origin.ESTABLISHED)


def lacking(direction: Direction, standings: Mapping[Fact, Standing], *, establishments: int) -> list[Fact]:
    """The facts still missing, in the order of the path. A feeding right always names an establishment."""
    missing = [fact for fact in REQUIRED[direction] if not standings[fact].holds]
    if direction is Direction.FEEDING and not establishments and Fact.LIST not in missing:
        missing.append(Fact.LIST)
    return missing
