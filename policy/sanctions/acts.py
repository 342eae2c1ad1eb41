"""What the page of a measure offers to do: address, words, and what each act changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.lifecycle import registry

from .lifecycle import SANCTIONS, Move


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a measure. `consequence` is said before it is done, `done` after; `news` is what the vendor reads."""

    move: Move
    slug: str
    consequence: str
    done: str
    news: str = ""

    @property
    def label(self) -> str:
        """The word of the button, from the table of moves."""
        return SANCTIONS.moves[self.move].label

    @property
    def step_up(self) -> bool:
        """Whether a fresh proof of identity is asked first."""
        return SANCTIONS.moves[self.move].step_up

    @property
    def is_typed(self) -> bool:
        """Whether words are typed that the vendor will read: they are shown as he will, then recorded."""
        return self.move in (Move.DECIDE, Move.CONFIRM, Move.DROP)

    @property
    def has_letter(self) -> bool:
        """Whether a letter says it."""
        return self.move in (Move.DECIDE, Move.CONFIRM)

    @property
    def changes_access(self) -> bool:
        """Whether gateways refuse or admit something else once it is done."""
        return self.move in (Move.DECIDE, Move.LIFT)


ACTS = (
    Act(
        Move.OBSERVE,
        "observations",
        "L’agence en prend connaissance avant de décider. Vous pouvez compléter jusqu’à ce qu’elle décide.",
        "Vos observations sont transmises.",
    ),
    Act(
        Move.DECIDE,
        "decider",
        "La mesure prend effet aux passerelles dès maintenant. L’éditeur reçoit la lettre ci-dessous.",
        "La mesure est décidée et la liste publiée.",
        "decided",
    ),
    Act(
        Move.CONFIRM,
        "confirmer",
        "La suspension prise en urgence devient une décision. L’éditeur reçoit la lettre ci-dessous.",
        "La mesure est confirmée.",
        "confirmed",
    ),
    Act(
        Move.LIFT,
        "lever",
        "Ce que cette mesure fermait s’ouvre de nouveau dès maintenant. L’éditeur est prévenu.",
        "La mesure est levée et la liste publiée.",
        "lifted",
    ),
    Act(
        Move.PROPOSE_LIFTING,
        "proposer-la-levee",
        "Rien ne change encore : une autre personne doit lever la mesure.",
        "La levée de la mesure est proposée.",
    ),
    Act(Move.KEEP, "maintenir", "La mesure continue. Sa levée pourra être proposée de nouveau.", "La mesure demeure."),
    Act(
        Move.DROP,
        "abandonner",
        "La mesure envisagée n’aura pas lieu. L’éditeur en est prévenu.",
        "La mesure est abandonnée.",
        "dropped",
    ),
)
BY_SLUG: Mapping[str, Act] = {act.slug: act for act in ACTS}


def open_to(user: Any, sanction: Any) -> list[Act]:
    """The acts that the state of the measure and the person allow: at most three, in the order of the page."""
    moves = set(registry.moves_open_to(user, sanction))
    return [act for act in ACTS if act.move in moves]
