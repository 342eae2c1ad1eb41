"""What a certificate is judged for: where, when, whom it may name, what each place accepts, who else bears its key."""

from dataclasses import dataclass
from datetime import datetime

from .environments import Environment, Hierarchy, Place, accepted_hierarchies
from .identity import Holder

Places = tuple[tuple[Place, frozenset[Hierarchy]], ...]  # each with what it accepts


@dataclass(frozen=True)
class Twin:
    """A certificate of the same public key: whose it is (same service, same vendor), and whether it was revoked."""

    reference: str
    same_service: bool
    same_owner: bool
    is_revoked: bool = False


@dataclass(frozen=True)
class Question:
    """What a certificate is judged for: environment, instant (aware), the holders it may name, hierarchies accepted.

    `places` are those of the environment, each with what it accepts, where they differ. `twins` are the certificates of
    the same key; `taken` says, in French, what another service already holds.
    """

    environment: Environment
    at: datetime
    holders: tuple[Holder, ...]
    hierarchies: frozenset[Hierarchy] | None = None
    twins: tuple[Twin, ...] = ()
    taken: str = ""
    places: Places = ()

    @property
    def accepted(self) -> frozenset[Hierarchy]:
        """The hierarchies accepted: those of its places, or the environment's own; production takes PROD only."""
        return accepted(self.environment, self.places, self.hierarchies)


def accepted(environment: Environment, places: Places, given: frozenset[Hierarchy] | None) -> frozenset[Hierarchy]:
    """Those of its places, or those given, or the environment's own; production takes PROD only."""
    taken = frozenset().union(*(taken for _, taken in places)) if places else given
    if taken is None or environment is Environment.PRODUCTION:
        return accepted_hierarchies(environment)
    return taken
