"""What a certificate serves: higher slices say it here, for its page to show it and its retirement to respect it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """One use: its French label, the address of its page (empty: none), and whether it stops a retirement.

    `establishments` says how many the certificate opens there: what stops when it stops.
    """

    label: str
    url: str = ""
    is_blocking: bool = False
    establishments: int = 0


Provider = Callable[[Any], Iterable[Use]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a provider, called with a `Certificate`; registering the same one again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def of(certificate: Any) -> list[Use]:
    """All known uses of a certificate, in the order of registration."""
    return [use for provider in _providers for use in provider(certificate)]
