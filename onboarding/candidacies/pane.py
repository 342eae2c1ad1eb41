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
    Move.DECLARE_COMPLETE: _act(
        Move.DECLARE_COMPLETE,
        "Vous lisez d’abord le message qui part à l’éditeur ; le dossier peut ensuite être décidé.",
        "candidacy_complete",
    ),
    Move.RETURN_TO_VENDOR: _act(
        Move.RETURN_TO_VENDOR,
        "Vous lisez d’abord le message qui part à l’éditeur ; il ne peut changer que ce que vos commentaires visent.",
        "candidacy_return",
    ),
    Move.ASSIGN: _act(
        Move.ASSIGN,
        "L’instructeur que vous choisissez est prévenu par message.",
        "candidacy_assign",
    ),
}
PREPARATIONS: Mapping[Move, PaneAct] = {
    Move.ASSESS: _act(
        Move.ASSESS, "Elle figure sur la fiche de décision et précède la complétude.", "candidacy_assess"
    ),
    Move.COMMENT: _act(Move.COMMENT, "L’éditeur le lira quand vous demanderez des compléments.", "candidacy_comment"),
}
MOST = 3  # verbs at most
_NO_COMMENT = "Préparez au moins un commentaire."


def acts(moves: Iterable[str], *, prepared: int, before_completeness: Sequence[str]) -> list[PaneAct]:
    """The verbs open to the agent, three at most, the one that moves the dossier forward first.

    `moves` are those that state and roles allow; `prepared` counts the comments not sent; `before_completeness` says
    what keeps from declaring the dossier complete.
    """
    lacking: Mapping[Move, tuple[str, ...]] = {
        Move.RETURN_TO_VENDOR: () if prepared else (_NO_COMMENT,),
        Move.DECLARE_COMPLETE: tuple(before_completeness),
    }
    allowed = set(moves)
    return [replace(act, lacking=lacking.get(move, ())) for move, act in ACTS.items() if move in allowed][:MOST]


def preparations(moves: Iterable[str]) -> list[PaneAct]:
    """What prepares a decision, open to the agent: the grid, a comment."""
    allowed = set(moves)
    return [act for move, act in PREPARATIONS.items() if move in allowed]
