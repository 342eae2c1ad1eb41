"""The two environments of a digital service and the two hierarchies of IGC-Santé certificates.

A sandbox is opened with a TEST certificate and production with a PROD one (settled practice; a test platform may
widen what it accepts, production never does).
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


_SLUGS = {Environment.SANDBOX: "bac-a-sable", Environment.PRODUCTION: "production"}
_ACCEPTED = {
    Environment.SANDBOX: frozenset([Hierarchy.TEST]),
    Environment.PRODUCTION: frozenset([Hierarchy.PROD]),
}


def accepted_hierarchies(environment: Environment) -> frozenset[Hierarchy]:
    """The hierarchies that an environment accepts when nothing else is said."""
    return _ACCEPTED[environment]


def from_slug(slug: str) -> Environment | None:
    """The environment named in a URL; None when the word means nothing."""
    return next((environment for environment, word in _SLUGS.items() if word == slug), None)
