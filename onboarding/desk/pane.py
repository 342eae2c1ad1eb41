"""The decision pane of a dossier: what this agent may do now, and what each act will do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from onboarding.candidacies.lifecycle import LIFECYCLE, Move


@dataclass(frozen=True, slots=True)
class PaneAct:
    """An act: its word, what it will do, where it is done. `posts` asks for a click only; `lacking` forbids it."""

    label: str
    consequence: str
    url_name: str
    posts: bool = False
    lacking: tuple[str, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacking


def _act(move: Move, consequence: str, url_name: str, *, posts: bool = False) -> PaneAct:
    return PaneAct(LIFECYCLE.moves[move].label, consequence, url_name, posts)


ACTS: Mapping[Move, PaneAct] = {
    Move.TAKE: _act(
        Move.TAKE,
        "Vous devenez l’instructeur du dossier. L’éditeur ne reçoit pas de message.",
        "candidacy_take",
        posts=True,
    ),
    Move.ASSESS: _act(
        Move.ASSESS,
        "Vos réponses figurent sur la fiche du comité ; elles précèdent la déclaration de complétude.",
        "candidacy_assess",
    ),
    Move.COMMENT: _act(
        Move.COMMENT,
        "Le commentaire est préparé : l’éditeur le lira quand vous demanderez des compléments.",
        "candidacy_comment",
    ),
    Move.RETURN_TO_VENDOR: _act(
        Move.RETURN_TO_VENDOR,
        "L’éditeur reçoit un message avec vos commentaires ; il ne peut changer que ce qu’ils visent.",
        "candidacy_return",
        posts=True,
    ),
    Move.DECLARE_COMPLETE: _act(
        Move.DECLARE_COMPLETE,
        "L’éditeur en est informé par message ; le dossier peut être inscrit à une séance du comité.",
        "candidacy_complete",
        posts=True,
    ),
}
_NO_COMMENT = "Préparez au moins un commentaire."


def acts(moves: Iterable[str], *, prepared: int, before_completeness: Sequence[str]) -> list[PaneAct]:
    """The acts open to the agent, in the order of the review.

    `moves` are those that state and roles allow; `prepared` counts the comments not sent; `before_completeness` says
    what keeps from declaring the dossier complete.
    """
    lacking: Mapping[Move, tuple[str, ...]] = {
        Move.RETURN_TO_VENDOR: () if prepared else (_NO_COMMENT,),
        Move.DECLARE_COMPLETE: tuple(before_completeness),
    }
    allowed = set(moves)
    return [replace(act, lacking=lacking.get(move, ())) for move, act in ACTS.items() if move in allowed]
