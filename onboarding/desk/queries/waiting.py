"""The shape of a task list before it is read: where its rows come from, how they are told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from onboarding.desk.lanes import Telling
from onboarding.desk.review_clock import Delays
from portal.accounts.roles import StaffRole
from portal.web import folding


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What lanes need beside the person: the instant, the settings, the requests that are late.

    `delays` holds the delays of the requests that lanes show, by reference.
    """

    now: datetime
    notice_days: int
    late: dict[int, Delays]
    delays: Mapping[str, Delays] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lane:
    """How one list is made: its rows, the fields of its words and of its date, the order of urgency, its pages."""

    title: str
    rows: Callable[[Any, Knowledge], "QuerySet[Any, Any]"]
    words: tuple[str, ...]
    at: str
    telling: Telling
    page: str
    url_name: str
    roles: frozenset[StaffRole]
    query: str = ""
    order: tuple[str, ...] = ()
    reference: str = "reference"

    @property
    def slug(self) -> str:
        """The word of the list in an address."""
        return folding.fold(self.title).lower().replace(" ", "-")
