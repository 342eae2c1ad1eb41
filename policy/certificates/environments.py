"""The two environments of a digital service, where certificates are presented, and the two hierarchies of IGC-Santé.

A sandbox is opened with a TEST certificate and production with a PROD one (settled practice; each test platform may
accept otherwise by a setting, production never does).
"""

from portal.lifecycle.table import LabelledEnum


class Environment(LabelledEnum):
    """Where a right is exercised."""

    SANDBOX = "sandbox", "Bac à sable"
    PRODUCTION = "production", "Production"

    @property
    def slug(self) -> str:
        """The word of the URL."""
        return _SLUGS[self]


class Hierarchy(LabelledEnum):
    """The certification hierarchy that issued a certificate."""

    TEST = "TEST", "IGC-Santé TEST"
    PROD = "PROD", "IGC-Santé PROD"


class Place(LabelledEnum):
    """Where a certificate is presented: the two test platforms, and production."""

    SANDBOX = "sandbox", "le bac à sable du ROR"
    PLATINES = "platines", "PLATINES"
    PRODUCTION = "production", "la production"


PLACES = {
    Environment.SANDBOX: (Place.SANDBOX, Place.PLATINES),
    Environment.PRODUCTION: (Place.PRODUCTION,),
}
_SLUGS = {Environment.SANDBOX: "bac-a-sable", Environment.PRODUCTION: "production"}
_ACCEPTED = {
    Environment.SANDBOX: frozenset([Hierarchy.TEST]),
    Environment.PRODUCTION: frozenset([Hierarchy.PROD]),
}

ACCEPTED = {  # what the agency's settings say of each test platform
    "test": frozenset([Hierarchy.TEST]),
    "prod": frozenset([Hierarchy.PROD]),
    "both": frozenset(Hierarchy),
}


def accepted_hierarchies(environment: Environment) -> frozenset[Hierarchy]:
    """The hierarchies that an environment accepts when nothing else is said."""
    return _ACCEPTED[environment]


def from_slug(slug: str) -> Environment | None:
    """The environment named in a URL; None when the word means nothing."""
    return next((environment for environment, word in _SLUGS.items() if word == slug), None)
