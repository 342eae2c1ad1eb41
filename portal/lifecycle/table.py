"""The grammar of lifecycles: one table of moves per slice, read by guards, buttons, API, docs and tests.

A move is an `Edge`: the states it leaves, the state it reaches, who may make it, the word on its button
and the sentence it leaves in the journal. Three shapes:

* creation: ``Edge(NEW, State.DRAFT, …)``;
* transition: ``Edge({State.DRAFT}, State.SUBMITTED, …)``;
* change that keeps the state: ``Edge({State.DRAFT}, SAME, …)``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

NEW: frozenset[str] = frozenset()
SAME = None
SYSTEM = "system"  # the clock and the effects: `by=None`
SIGNED_IN = "signed_in"  # any signed-in person


class LabelledEnum(StrEnum):
    """A string enum whose members carry a French label: ``DRAFT = "draft", "Brouillon"``."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "LabelledEnum":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs in the order of declaration, as model fields expect them."""
        return [(member.value, member.label) for member in cls]


@dataclass(frozen=True, slots=True, init=False)
class Edge:
    """One move: sources (empty for a creation), target (None keeps the state), roles, label and trace.

    `trace` is a French sentence with `{actor}`, `{subject}` and the values noted by the operation.
    `step_up` asks the person to prove himself again within the last minutes.
    """

    sources: frozenset[str]
    target: str | None
    by: frozenset[str]
    label: str
    trace: str
    step_up: bool

    def __init__(
        self,
        sources: Iterable[str],
        target: str | None,
        *,
        by: str | Iterable[str],
        label: str,
        trace: str,
        step_up: bool = False,
    ) -> None:
        roles = frozenset([by]) if isinstance(by, str) else frozenset(by)
        for name, value in (
            ("sources", frozenset(sources)),
            ("target", target),
            ("by", roles),
            ("label", label),
            ("trace", trace),
            ("step_up", step_up),
        ):
            object.__setattr__(self, name, value)

    @property
    def creates(self) -> bool:
        """True when the move brings its subject into being."""
        return not self.sources

    def leaves(self, state: str | None) -> bool:
        """True when the move is possible from `state` (None: the subject does not exist yet)."""
        return self.creates if state is None else state in self.sources


@dataclass(frozen=True)
class Lifecycle:
    """A named table of moves. `name` prefixes the audit actions: ``candidacies.submit``."""

    name: str
    title: str
    states: type[LabelledEnum]
    moves: Mapping[str, Edge]

    def action(self, move: str) -> str:
        """The audit action of a move."""
        return f"{self.name}.{str(move).lower()}"

    def open_from(self, state: str | None, roles: frozenset[str]) -> list[str]:
        """The moves that `state` and `roles` allow together, in the order of the table."""
        return [move for move, edge in self.moves.items() if edge.leaves(state) and edge.by & roles]
