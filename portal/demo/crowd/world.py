"""What a filling knows while it works: how much to make, with which generator, and what has been made so far."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.accounts.models import User
from portal.audit.record import Event
from portal.calendar.deadlines import PARIS
from portal.lifecycle.models import ReferenceCounter
from portal.parties.models import DigitalService, LegalEntity

BATCH = 2000
HISTORY = timedelta(days=5 * 365)


@dataclass(frozen=True)
class Sizes:
    """How much to make. `vendors` own the services between them, the first of them `largest_vendor` (a fifth of all at
    most); `largest_list` bounds the establishments of a list.
    """

    services: int = 10_000
    establishments: int = 100_000
    vendors: int = 2_500
    largest_list: int = 500
    largest_vendor: int = 200

    def owner_of(self, rank: int) -> int:
        """The rank of the vendor who owns the service of this rank; those of the first are spread over time."""
        every = max(5, self.services // self.largest_vendor)
        return 0 if rank % every == 0 or self.vendors == 1 else 1 + rank % (self.vendors - 1)


@dataclass
class World:
    """One filling under way. `now` is the end of the history that it makes."""

    sizes: Sizes
    now: datetime
    rnd: random.Random
    agents: dict[str, User] = field(default_factory=dict)
    representatives: dict[int, User] = field(default_factory=dict)
    entities: list[LegalEntity] = field(default_factory=list)
    services: list[DigitalService] = field(default_factory=list)
    establishments: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    counts: Counter[tuple[str, int]] = field(default_factory=Counter)

    def reference(self, prefix: str, at: datetime) -> str:
        """The next public reference of a prefix in the year of an instant, as `next_reference` numbers them."""
        year = at.astimezone(PARIS).year
        self.counts[prefix, year] += 1
        return f"{prefix}-{year}-{self.counts[prefix, year]:04d}"

    def number(self, prefix: str) -> str:
        """The next public reference of a numbering without year, as `next_number` numbers them."""
        self.counts[prefix, 0] += 1
        return f"{prefix}-{self.counts[prefix, 0]:06d}"

    def later(self, at: datetime, low: int, high: int) -> datetime:
        """An instant between `low` and `high` days after `at`, never after `now`."""
        return min(at + timedelta(seconds=self.rnd.randint(low * 86_400, high * 86_400)), self.now)

    def tell(self, action: str, subject: Any, *, by: User | None, at: datetime, **values: object) -> None:
        """Notes an event of the journal about a saved row."""
        self.events.append(
            Event(
                action=action,
                at=at,
                actor_id=by.pk if by else None,
                actor=str(by) if by else "",
                subject_type=subject._meta.label_lower,
                subject_id=str(subject.pk),
                subject_reference=str(subject)[:80],
                values={name: str(value) for name, value in values.items()},
            )
        )

    def keep_counters(self) -> None:
        """Leaves the counters where the next real operation must find them, whatever was numbered before."""
        for (prefix, year), last in self.counts.items():
            ReferenceCounter.objects.update_or_create(prefix=prefix, year=year, defaults={"last": last})
