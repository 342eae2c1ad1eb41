"""Models of letters: written by those entitled, version after version, until they are retired; and letters sent."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle

SENDERS = frozenset({StaffRole.REVIEWER, StaffRole.SECRETARY, StaffRole.REGIONAL_AUTHORITY})
AUTHORS = frozenset({StaffRole.SECRETARY, StaffRole.POLICY_MANAGER, StaffRole.ADMINISTRATOR})


class State(LabelledEnum):
    """Whether a model is offered."""

    ACTIVE = "active", "Proposé"
    RETIRED = "retired", "Retiré"


class Move(LabelledEnum):
    """What happens to a model."""

    WRITE = "write"
    REWRITE = "rewrite"
    RETIRE = "retire"


LETTERS = Lifecycle(
    name="letter_models",
    title="Modèle de courrier",
    states=State,
    moves={
        Move.WRITE: Edge(
            NEW,
            State.ACTIVE,
            by=AUTHORS,
            label="Écrire un modèle",
            trace="{actor} a écrit le modèle {subject} « {title} »",
        ),
        Move.REWRITE: Edge(
            {State.ACTIVE},
            SAME,
            by=AUTHORS,
            label="Modifier le modèle",
            trace="{actor} a modifié le modèle {subject} « {title} » (version {number})",
        ),
        Move.RETIRE: Edge(
            {State.ACTIVE},
            State.RETIRED,
            by=AUTHORS,
            label="Retirer le modèle",
            trace="{actor} a retiré le modèle {subject}",
        ),
    },
)


class LetterState(LabelledEnum):
    """A letter is sent, and stays as it was."""

    SENT = "sent", "Envoyé"


class LetterMove(LabelledEnum):
    """What happens to a letter."""

    SEND = "send"


SENT_LETTERS = Lifecycle(
    name="letters",
    title="Courrier",
    states=LetterState,
    moves={
        LetterMove.SEND: Edge(
            NEW,
            LetterState.SENT,
            by=SENDERS,
            label="Envoyer le courrier",
            trace="{actor} a envoyé le courrier {subject} « {title} » sur la candidature {candidacy}",
        ),
    },
)
