"""The words of the agency's task lists: what waits, the first of it, the nearest date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.roles import StaffRole
from portal.web import wording

SHOWN = 5
REVIEWER = frozenset({StaffRole.REVIEWER})
SECRETARY = frozenset({StaffRole.SECRETARY})
VERIFIER = frozenset({StaffRole.TEST_VERIFIER})
MANAGER = frozenset({StaffRole.WHITELIST_MANAGER})
POLICY = frozenset({StaffRole.POLICY_MANAGER})
SECURITY = frozenset({StaffRole.SECURITY_OFFICER})
ADMINISTRATOR = frozenset({StaffRole.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: its subject, its words, the page where it is done (none when the list's own does), the date."""

    reference: str
    words: str
    url_name: str
    when: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class TaskList:
    """A list of tasks: how many, the first of them, the whole list's page (if there is one), and whose work it is.

    `nearest` tells the nearest date, `is_late` that it is past.
    """

    title: str
    count: int
    tasks: tuple[Task, ...]
    url_name: str
    query: str
    roles: frozenset[StaffRole]
    slug: str = ""
    nearest: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """How the date of a list is told: « déposée le {} »; `is_due` for a deadline, `is_day` for a date without hour."""

    pattern: str
    is_due: bool = False
    is_day: bool = False

    def words(self, at: datetime | None) -> str:
        """The date in words; nothing for no date."""
        if at is None:
            return ""
        return self.pattern.format(wording.short_day(at.date()) if self.is_day else wording.short_moment(at))

    def is_late(self, at: datetime | None, now: datetime) -> bool:
        """Whether the date is a deadline that is past."""
        if not self.is_due or at is None:
            return False
        return at.date() < now.date() if self.is_day else at < now


def of_roles(lists: Iterable[TaskList], roles: frozenset[str]) -> tuple[list[TaskList], list[TaskList]]:
    """The lists of these roles, and the others."""
    kept = list(lists)
    return [one for one in kept if one.roles & roles], [one for one in kept if not one.roles & roles]
