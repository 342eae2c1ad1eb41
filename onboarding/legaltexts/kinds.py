"""The texts that a vendor reads or signs, the act each asks for, and before which step (settled question 12)."""

from policy.grants.direction import Direction
from portal.lifecycle.table import LabelledEnum


class Kind(LabelledEnum):
    """A text lives through its versions; the kind never changes."""

    FEEDING_CHARTER = "feeding_charter", "Charte d’alimentation du ROR"
    CONSUMPTION_CHARTER = "consumption_charter", "Charte d’accès et de consommation du ROR"
    PLATINES_TERMS = "platines_terms", "Conditions d’utilisation de PLATINES"
    PERSONAL_DATA_POLICY = "personal_data_policy", "Politique de traitement des données personnelles"
    ACCESS_POLICY_ANNEX = "access_policy_annex", "Annexe : politique d’accès aux données du ROR"

    @property
    def slug(self) -> str:
        """The kind in addresses, in French."""
        return SLUGS[self]

    @property
    def directions(self) -> frozenset[Direction]:
        """The directions of exchange which the text concerns."""
        return DIRECTIONS.get(self, frozenset(Direction))


class Act(LabelledEnum):
    """What a version asks of the legal representative."""

    SIGN = "sign", "À signer"
    ACKNOWLEDGE = "acknowledge", "À reconnaître comme lu"
    NONE = "none", "Pour information"


class Step(LabelledEnum):
    """The steps before which an act may be due, in order."""

    DEPOSIT = "deposit", "Avant le dépôt de la demande"
    TESTS = "tests", "Avant l’accès aux tests"
    PRODUCTION = "production", "Avant la production"

    @property
    def and_before(self) -> list["Step"]:
        """This step and those that come before it."""
        steps = list(Step)
        return steps[: steps.index(self) + 1]


SLUGS = {
    Kind.FEEDING_CHARTER: "charte-alimentation",
    Kind.CONSUMPTION_CHARTER: "charte-consommation",
    Kind.PLATINES_TERMS: "conditions-platines",
    Kind.PERSONAL_DATA_POLICY: "donnees-personnelles",
    Kind.ACCESS_POLICY_ANNEX: "politique-acces",
}
DIRECTIONS = {
    Kind.FEEDING_CHARTER: frozenset({Direction.FEEDING}),
    Kind.CONSUMPTION_CHARTER: frozenset({Direction.CONSUMPTION}),
}
CHARTERS = {
    Direction.FEEDING: Kind.FEEDING_CHARTER,
    Direction.CONSUMPTION: Kind.CONSUMPTION_CHARTER,
}


def of_slug(slug: str) -> Kind | None:
    """The kind of an address; None for an unknown one."""
    return next((kind for kind, known in SLUGS.items() if known == slug), None)
