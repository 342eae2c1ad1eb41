"""What the page of an entry offers to do: address, words, what it asks and what it will change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.lifecycle import registry

from .lifecycle import MOVES, Move


@dataclass(frozen=True, slots=True)
class Act:
    """One act on an entry. `consequence` is said before it is done, `done` after."""

    move: Move
    slug: str
    consequence: str
    done: str
    needs_grounds: bool = True

    @property
    def label(self) -> str:
        """The word of the button, from the table of moves."""
        return MOVES[self.move].label

    @property
    def step_up(self) -> bool:
        """Whether a fresh proof of identity is asked first."""
        return MOVES[self.move].step_up

    @property
    def name(self) -> str:
        """The name of its page."""
        return f"entry_{self.move.value}"


ACTS = (
    Act(
        Move.APPROVE,
        "approuver",
        "L’inscription est publiée aux passerelles dès que sa date d’effet est atteinte, et l’éditeur reçoit l’avis "
        "d’ouverture.",
        "L’inscription est approuvée.",
        needs_grounds=False,
    ),
    Act(
        Move.REJECT,
        "rejeter",
        "La proposition est close : rien n’est publié. Une autre pourra être faite.",
        "La proposition est rejetée.",
    ),
    Act(
        Move.SUSPEND,
        "suspendre",
        "Dès maintenant, les passerelles refusent tout appel de ce service. L’éditeur est prévenu par courrier "
        "électronique. Lever la suspension demandera deux personnes.",
        "L’inscription est suspendue et la liste publiée.",
    ),
    Act(
        Move.PROPOSE_REINSTATEMENT,
        "proposer-la-levee",
        "Rien ne change encore : une autre personne doit lever la suspension.",
        "La levée de la suspension est proposée.",
    ),
    Act(
        Move.REINSTATE,
        "lever",
        "Dès maintenant, les passerelles acceptent de nouveau ce service. L’éditeur est prévenu.",
        "La suspension est levée et la liste publiée.",
        needs_grounds=False,
    ),
    Act(
        Move.KEEP_SUSPENDED,
        "maintenir",
        "La suspension continue. Sa levée pourra être proposée de nouveau.",
        "La suspension est maintenue.",
    ),
    Act(
        Move.WITHDRAW,
        "retirer",
        "L’inscription quitte définitivement la liste. L’habilitation demeure : une autre inscription pourra être "
        "proposée. L’éditeur est prévenu.",
        "L’inscription est retirée et la liste publiée.",
    ),
)
BY_SLUG: Mapping[str, Act] = {act.slug: act for act in ACTS}


def open_to(user: Any, entry: Any) -> list[Act]:
    """The acts that the state of the entry and the person allow, in the order of the page."""
    moves = set(registry.moves_open_to(user, entry))
    return [act for act in ACTS if act.move in moves]
