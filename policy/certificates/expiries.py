"""What else ends at a date, beside the certificates of clients: higher slices say it here, for the same picture."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Expiry:
    """One end: its reference and page, whose it is, the names it bears, when (aware), whether another takes over."""

    reference: str
    url: str
    service: str
    owner: str
    environment: str
    names: str
    ends: datetime
    is_prepared: bool


class Provider(Protocol):
    """Gives what ends between two aware instants among what a person may see; a person of None stands for all."""

    def __call__(self, user: Any, *, after: datetime, before: datetime) -> Iterable[Expiry]:
        """The ends, in any order."""


_providers: list[Callable[..., Iterable[Expiry]]] = []


def register(provider: Provider) -> None:
    """Adds a provider; registering the same one again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def of(user: Any, *, after: datetime, before: datetime) -> list[Expiry]:
    """All of them, the nearest first."""
    found = (one for provider in _providers for one in provider(user, after=after, before=before))
    return sorted(found, key=lambda one: (one.ends, one.reference))
