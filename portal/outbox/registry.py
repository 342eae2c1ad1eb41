"""The closed set of effects: only functions registered here may ever be run by the outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Queue(StrEnum):
    """What kind of work an effect is; Celery workers may serve some queues only."""

    DEFAULT = "default"
    PDF = "pdf"
    MAIL = "mail"


@dataclass(frozen=True)
class Delivery:
    """What an effect knows of the message that woke it. `id` is its idempotency key, stable over retries.

    `delivered_at` is the instant of this attempt; None where an effect is run by hand.
    """

    id: str
    event_id: str
    event_at: datetime
    delivered_at: datetime | None = None


Effect = Callable[..., None]


@dataclass(frozen=True)
class Registered:
    """A registered effect: its stable name, queue and function."""

    name: str
    queue: Queue
    run: Effect


_effects: dict[str, Registered] = {}


def name_of(function: Effect) -> str:
    """The stable name: app, slice and function, e.g. ``onboarding.candidacies.issue_receipt``.

    The same whether the effects of a slice are one module or several.
    """
    package = function.__module__.partition(".effects")[0] if ".effects" in function.__module__ else ""
    return f"{package or function.__module__.rpartition('.')[0]}.{function.__name__}"


def effect(*, queue: Queue = Queue.DEFAULT) -> Callable[[Effect], Effect]:
    """Registers a function ``(message: Delivery, **ids)`` as an effect."""

    def put(function: Effect) -> Effect:
        name = name_of(function)
        _effects[name] = Registered(name, queue, function)
        return function

    return put


def find(name: str) -> Registered | None:
    """The effect of that name, if it is registered."""
    return _effects.get(name)


def names() -> list[str]:
    """All registered names, sorted."""
    return sorted(_effects)
