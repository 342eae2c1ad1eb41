"""What a scenario is worth and how much it matters; how results add up by priority."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum

BAR = 200  # length of a full bar


class Status(LabelledEnum):
    """The outcome of a test case, recomputed from its steps."""

    SUCCESS = "success", "Conforme"
    FAILURE = "failure", "En échec"
    ERROR = "error", "En erreur"
    NOT_RUN = "not_run", "Non exécuté"


class Priority(LabelledEnum):
    """The platform's criticality: three levels, or none given."""

    CRITICAL = "critical", "Critique"
    MAJOR = "major", "Majeure"
    MINOR = "minor", "Mineure"
    UNSET = "unset", "Sans priorité"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The results of one priority: figures and shares in percent (whole numbers that never exceed one hundred)."""

    priority: Priority
    passed: int
    failed: int
    not_run: int

    @property
    def total(self) -> int:
        """How many scenarios."""
        return self.passed + self.failed + self.not_run

    @property
    def passed_share(self) -> int:
        """Share of conforming scenarios; 100 only when all are."""
        return 100 * self.passed // self.total if self.total else 0

    @property
    def failed_share(self) -> int:
        """Share of scenarios in failure or error."""
        return 100 * self.failed // self.total if self.total else 0

    @property
    def excepted(self) -> int:
        """How many do not conform."""
        return self.failed + self.not_run

    @property
    def passed_bar(self) -> int:
        """The length of the bar of conforming scenarios."""
        return BAR * self.passed // self.total if self.total else 0

    @property
    def failed_bar(self) -> int:
        """The length of the bar of failures, which follows it."""
        return BAR * self.failed // self.total if self.total else 0


def coverage(results: Iterable[tuple[str, str]]) -> list[Coverage]:
    """Figures by priority from (priority, status) pairs; priorities without scenario are left out."""
    by_priority: dict[Priority, list[Status]] = {}
    for priority, status in results:
        by_priority.setdefault(Priority(priority), []).append(Status(status))
    return [_of(priority, by_priority[priority]) for priority in Priority if priority in by_priority]


def _of(priority: Priority, statuses: list[Status]) -> Coverage:
    passed, not_run = statuses.count(Status.SUCCESS), statuses.count(Status.NOT_RUN)
    return Coverage(priority, passed, len(statuses) - passed - not_run, not_run)
