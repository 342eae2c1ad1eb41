"""Documents of several legal entities, which have no owner: higher slices say here to whom they are closed."""

from collections.abc import Callable, Iterator
from typing import Any

Provider = Callable[[Any], Any]
_providers: dict[str, Provider] = {}


def register(kind: str, provider: Provider) -> None:
    """Sets who answers for a kind: called with an agent, the condition (Q) of the documents closed to him."""
    _providers[kind] = provider


def of(user: Any) -> Iterator[tuple[str, Any]]:
    """(kind, condition) of what is closed to this agent besides the documents of a closed legal entity."""
    for kind, provider in _providers.items():
        yield kind, provider(user)
