"""What a story tells: the steps of a dossier, and who asks for what."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from policy.grants.direction import Direction
from portal.parties.models import ServiceKind

from .cast import Company


class Step(IntEnum):
    """The steps of a dossier, in their order; a tale skips those that its direction or its profile does without."""

    CLAIM = 1
    VERIFY_CLAIM = 2
    OPEN_SERVICE = 3
    OPEN = 4
    FILL = 5
    LIST = 6
    SIGN = 7
    SUBMIT = 8
    TAKE = 9
    COMPLETE = 10
    DECIDE = 11
    TEST_CERTIFICATE = 12
    SANDBOX = 13
    REPORT = 14
    VERIFY_TESTS = 15
    PRODUCTION_CERTIFICATE = 16
    CONFIRM_LIST = 17
    ATTESTATION = 18
    PRODUCTION_CONNECTION = 19
    PROPOSE = 20
    APPROVE = 21


ONLY_FEEDING = frozenset({Step.LIST, Step.CONFIRM_LIST})
ONLY_CONSUMPTION = frozenset({Step.ATTESTATION})
ONLY_CERTIFIED = frozenset({Step.TEST_CERTIFICATE})


@dataclass(frozen=True)
class Tale:
    """Who asks for what: company, service, direction, profiles, size of the list, and how long each step takes.

    A feeding tale asks for `profiles` (letters), a consuming one for `access_profile` (0 connects with a secret and no
    certificate). A company or a service met in a former tale is found again, not made twice.
    """

    company: Company
    representative: str = "representante"
    service: str = "Lits Démonstration"
    host: str = "lits.exemple.fr"
    kind: ServiceKind = ServiceKind.SAAS
    direction: Direction = Direction.FEEDING
    profiles: tuple[str, ...] = ("A",)
    access_profile: int = 2
    regions: tuple[str, ...] = ("84",)
    department: str = ""
    establishments: int = 6
    pace: timedelta = timedelta(hours=1)

    @property
    def feeds(self) -> bool:
        """Whether the service writes to the ROR."""
        return self.direction is Direction.FEEDING

    @property
    def needs_certificate(self) -> bool:
        """False for access profile 0 alone."""
        return self.feeds or self.access_profile != 0

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the profiles asked for."""
        return self.profiles if self.feeds else (str(self.access_profile),)

    @property
    def steps(self) -> list[Step]:
        """The steps that this tale goes through, in order."""
        skipped = ONLY_CONSUMPTION if self.feeds else ONLY_FEEDING
        skipped |= frozenset() if self.needs_certificate else ONLY_CERTIFIED
        return [step for step in Step if step not in skipped]
