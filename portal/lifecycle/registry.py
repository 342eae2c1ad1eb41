"""Which lifecycle governs which model, and who may do what: filled by each slice's `permissions`.

Roles come from `roles_on(user, subject)`; `forbids(user, move, subject)` may add a refusal on top of them
(four eyes, recusal) as a French sentence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.audit import sentences

from .table import SIGNED_IN, SYSTEM, Edge, Lifecycle

RolesOn = Callable[[Any, Any], frozenset[str]]
Forbids = Callable[[Any, str, Any], str | None]


@dataclass(frozen=True)
class Entry:
    """A governed model: its lifecycle and the two judgements on persons."""

    model: type
    lifecycle: Lifecycle
    roles_on: RolesOn
    forbids: Forbids | None = None

    def edge(self, move: str) -> Edge:
        """The edge of a move; KeyError when the table has none."""
        return self.lifecycle.moves[move]

    def refusal(self, user: Any, move: str, subject: Any) -> str | None:
        """Why `user` (None: the system) may not make the move, in French; None when he may."""
        if not self.edge(move).by & held_roles(self, user, subject):
            return f"Vous n’avez pas le rôle qui permet l’action « {self.edge(move).label} »."
        return self.forbids(user, move, subject) if self.forbids else None


_entries: dict[type, Entry] = {}


def register(model: type, lifecycle: Lifecycle, *, roles_on: RolesOn, forbids: Forbids | None = None) -> None:
    """Puts a model under its lifecycle, and gives each of its actions its sentence in the journal."""
    for move, edge in lifecycle.moves.items():
        sentences.say(lifecycle.action(move), edge.trace)
    _entries[model] = Entry(model, lifecycle, roles_on, forbids)


def of(model: type) -> Entry:
    """The entry of a model. Raises KeyError for a model without lifecycle."""
    return _entries[model]


def entries() -> list[Entry]:
    """All governed models, sorted by lifecycle name."""
    return sorted(_entries.values(), key=lambda entry: entry.lifecycle.name)


def held_roles(entry: Entry, user: Any, subject: Any) -> frozenset[str]:
    """The roles of `user` on `subject`, with the two general ones; an inactive account holds none."""
    if user is None:
        return frozenset([SYSTEM])
    if not getattr(user, "is_active", False):
        return frozenset()
    return entry.roles_on(user, subject) | {SIGNED_IN}


def may(user: Any, move: str, subject: Any) -> bool:
    """True when the person may make the move, whatever the state."""
    return of(type(subject)).refusal(user, move, subject) is None


def moves_open_to(user: Any, subject: Any) -> list[str]:
    """The moves that the state of `subject` and the person allow now: the buttons to show."""
    entry = of(type(subject))
    roles = held_roles(entry, user, subject)
    open_moves = entry.lifecycle.open_from(subject.state, roles)
    if entry.forbids is None:
        return open_moves
    return [move for move in open_moves if entry.forbids(user, move, subject) is None]
