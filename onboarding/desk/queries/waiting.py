"""The shape of a task list before it is read: where its rows come from, how they are told."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import DateField, DateTimeField, QuerySet

from onboarding.desk.lanes import Telling
from onboarding.desk.review_clock import Delays
from portal.accounts.roles import StaffRole
from portal.statements.queries import Given
from portal.web import folding


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What lanes need beside the person: the instant, its day, the end of the notice of certificates, what is late.

    `delays` holds the delays of the requests that lanes show, by reference.
    """

    now: datetime
    today: date
    horizon: datetime
    late: Collection[int]
    delays: Mapping[str, Delays] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, Any]:
        """The same for a statement written once with `GIVEN`."""
        return {"now": self.now, "today": self.today, "horizon": self.horizon, "late": self.late}


GIVEN: Any = SimpleNamespace(  # the places of a knowledge in a statement
    now=Given("now", DateTimeField()),
    today=Given("today", DateField()),
    horizon=Given("horizon", DateTimeField()),
    late=Given("late", many=True),
)


@dataclass(frozen=True, slots=True)
class Lane:
    """How one list is made: its rows, the fields of its words and of its date, which is its order, its pages."""

    title: str
    rows: Callable[[Any, Knowledge], "QuerySet[Any, Any]"]
    words: tuple[str, ...]
    at: str
    telling: Telling
    page: str
    url_name: str
    roles: frozenset[StaffRole]
    query: str = ""
    reference: str = "reference"

    @property
    def slug(self) -> str:
        """The word of the list in an address."""
        return folding.fold(self.title).lower().replace(" ", "-")
