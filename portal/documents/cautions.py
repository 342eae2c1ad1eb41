"""What became of what a document attests: higher slices say it here, for the public verification to tell anyone."""

from collections.abc import Callable
from typing import Any

Provider = Callable[[Any], str]
_providers: dict[str, Provider] = {}


def register(kind: str, provider: Provider) -> None:
    """Sets who answers for a kind of document: called with it, one public sentence without any personal data, or ""."""
    _providers[kind] = provider


def of(document: Any) -> str:
    """Why what the document attests no longer holds as it says; empty while it does, or when nobody knows."""
    provider = _providers.get(document.kind)
    return provider(document) if provider else ""
