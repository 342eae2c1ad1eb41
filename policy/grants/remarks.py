"""What is under way about a right: higher slices say it here, for its pages to tell the vendor in plain words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing under way: what it is, a sentence for the vendor, the page that tells more, and how grave it is.

    `gravity` is the DSFR word of an alert: ``info``, ``warning`` or ``error``.
    """

    title: str
    sentence: str
    label: str
    url: str
    gravity: str = "warning"


Provider = Callable[[Any], Iterable[Remark]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a provider, called with a `Grant`; registering the same one again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def of(grant: Any) -> list[Remark]:
    """All that is under way about a right, in the order of registration."""
    return [one for provider in _providers for one in provider(grant)]
