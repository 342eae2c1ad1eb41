"""Versions of the access policy for tests: the one delivered with the portal, as a draft or in force."""

import hashlib
import re
from datetime import UTC, date, datetime
from typing import Any

import factory

from policy.profiles import rulebook_file
from policy.profiles.lifecycle import State
from policy.profiles.models import PolicyVersion

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def shipped(*, number: str = "1", effective: date = date(2026, 1, 1)) -> str:
    """The text of the delivered policy under another number and date."""
    text = rulebook_file.SHIPPED.read_text(encoding="utf-8")
    text = re.sub(r"^number = .*$", f'number = "{number}"', text, count=1, flags=re.M)
    return re.sub(r"^effective_date = .*$", f"effective_date = {effective.isoformat()}", text, count=1, flags=re.M)


class PolicyVersionFactory(factory.django.DjangoModelFactory[PolicyVersion]):
    """A version in force since 1 January 2026, as delivered; ``draft=True`` makes a draft, ``since=…`` another date."""

    class Meta:
        model = PolicyVersion

    class Params:
        since = SINCE
        draft = factory.Trait(state=State.DRAFT.value, published_at=None, effective_at=None, delivered=False)

    number = factory.Sequence(lambda rank: str(rank + 1))
    title = "Politique d’accès aux données du ROR"
    state = State.PUBLISHED.value
    source = factory.LazyAttribute(lambda version: shipped(number=version.number, effective=_day(version)))
    digest = factory.LazyAttribute(lambda version: hashlib.sha256(version.source.encode()).hexdigest())
    imported_at = factory.SelfAttribute("since")
    published_at = factory.SelfAttribute("since")
    effective_at = factory.SelfAttribute("since")
    in_force_since = factory.LazyAttribute(lambda version: version.effective_at)
    delivered = True


def _day(version: Any) -> date:
    day: date = version.since.date()
    return day
