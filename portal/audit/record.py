"""The event that an operation fills while it works, and where the act came from."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Origin:
    """Where an act came from: channel (web, api, system), address, request id, and fresh proof of identity."""

    channel: str = "system"
    ip: str = ""
    request_id: str = ""
    authentication: str = ""
    stepped_up: Callable[[], bool] = lambda: True


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 (frozen)


@dataclass
class Event:
    """An act being done. `id` and `at` exist from the start; the rest is frozen when it is appended.

    `values` fills the French sentence; `before` and `after` hold the changed fields; `messages` the effects to come.
    """

    action: str
    at: datetime
    actor_id: int | None = None
    actor: str = ""
    roles: tuple[str, ...] = ()
    subject_type: str = ""
    subject_id: str = ""
    subject_reference: str = ""
    values: dict[str, str] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    messages: list[Any] = field(default_factory=list)
    origin: Origin = field(default_factory=lambda: origin.get())
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    def note(self, **values: object) -> None:
        """Keeps values for the sentence and the journal's detail, as text."""
        self.values.update({name: str(value) for name, value in values.items()})
