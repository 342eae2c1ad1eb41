"""Filters of the list of dossiers: read from an address, told as chips, written back to an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from onboarding.candidacies.lifecycle import AGENCY_TURN, EDITABLE, State
from policy.grants.direction import Direction
from portal.lifecycle.table import LabelledEnum

LONGEST_SEARCH = 400
E = TypeVar("E", bound=LabelledEnum)


class Sort(LabelledEnum):
    """The orders of the list."""

    RECENT = "recent", "Dernière arrivée d’abord"
    OLDEST = "ancien", "Première arrivée d’abord"
    REFERENCE = "reference", "Référence"
    SERVICE = "service", "Nom du service"
    OWNER = "titulaire", "Nom du titulaire"


class Turn(LabelledEnum):
    """Who must act on the dossier."""

    VENDOR = "editeur", "En attente de l’éditeur"
    AGENCY = "agence", "En attente de l’agence"
    LATE = "retard", "En retard à l’agence"


class Reviewer(LabelledEnum):
    """Who reviews the dossier, or follows it."""

    ME = "moi", "Instruits par moi"
    FOLLOWED = "suivis", "Suivis par moi"
    NOBODY = "personne", "Pris par personne"


class Agenda(LabelledEnum):
    """Whether a session has the dossier on its agenda."""

    NONE = "sans", "Complets, à l’ordre du jour d’aucune séance"
    WAITING = "avec", "À l’ordre du jour d’une séance"


STATES_OF: Mapping[Turn, frozenset[State]] = {
    Turn.VENDOR: EDITABLE,
    Turn.AGENCY: AGENCY_TURN,
    Turn.LATE: frozenset({State.SUBMITTED, State.UNDER_REVIEW}),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; an empty value does not narrow."""

    search: str = ""
    states: tuple[State, ...] = ()
    direction: Direction | None = None
    turn: Turn | None = None
    reviewer: Reviewer | None = None
    agenda: Agenda | None = None
    sort: Sort = Sort.RECENT

    @property
    def query(self) -> str:
        """The filters as they stand in an address, without the page."""
        pairs = [("q", self.search)] if self.search else []
        pairs += [("etat", state.value) for state in self.states]
        named = (
            ("sens", self.direction),
            ("attente", self.turn),
            ("instructeur", self.reviewer),
            ("seance", self.agenda),
        )
        pairs += [(name, value.value) for name, value in named if value]
        if self.sort is not Sort.RECENT:
            pairs.append(("tri", self.sort.value))
        return urlencode(pairs)

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out."""
        return bool(chips(self))


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: its words, and the address of the list without it."""

    label: str
    query: str


def read(given: Mapping[str, Sequence[str]]) -> Filters:
    """The filters of an address; what means nothing is ignored."""

    def one(name: str) -> str:
        return (given.get(name) or [""])[-1]

    return Filters(
        search=_line(one("q"))[:LONGEST_SEARCH],
        states=tuple(state for state in State if state.value in given.get("etat", ())),
        direction=_member(Direction, one("sens")),
        turn=_member(Turn, one("attente")),
        reviewer=_member(Reviewer, one("instructeur")),
        agenda=_member(Agenda, one("seance")),
        sort=_member(Sort, one("tri")) or Sort.RECENT,
    )


def chips(filters: Filters) -> list[Chip]:
    """The active filters, each with the address that removes it; the order of the list is none of them."""
    found = [Chip(f"« {filters.search} »", replace(filters, search="").query)] if filters.search else []
    for state in filters.states:
        rest = tuple(other for other in filters.states if other is not state)
        found.append(Chip(state.label, replace(filters, states=rest).query))
    rests = (
        (filters.direction, replace(filters, direction=None)),
        (filters.turn, replace(filters, turn=None)),
        (filters.reviewer, replace(filters, reviewer=None)),
        (filters.agenda, replace(filters, agenda=None)),
    )
    return found + [Chip(value.label, rest.query) for value, rest in rests if value]


def _line(text: str) -> str:
    """One line of visible characters: no database takes the others in a comparison."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _member(enum: type[E], value: str) -> E | None:
    return enum(value) if value in set(enum) else None
