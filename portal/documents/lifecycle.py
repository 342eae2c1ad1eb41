"""The life of an issued document: valid, until another replaces it or it is revoked. Its bytes never change."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SYSTEM, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """What the public verification answers."""

    VALID = "valid", "Valide"
    REPLACED = "replaced", "Remplacé"
    REVOKED = "revoked", "Révoqué"


class Move(LabelledEnum):
    """What happens to a document."""

    ISSUE = "issue"
    REPLACE = "replace"
    REVOKE = "revoke"


DOCUMENTS = Lifecycle(
    name="documents",
    title="Document",
    states=State,
    moves={
        Move.ISSUE: Edge(
            NEW,
            State.VALID,
            by=SYSTEM,
            label="Établir",
            trace="{actor} a établi le document {subject} « {title} » ({kind})",
        ),
        Move.REPLACE: Edge(
            {State.VALID},
            State.REPLACED,
            by=SYSTEM,
            label="Remplacer",
            trace="{actor} a remplacé le document {subject} par {successor}",
        ),
        Move.REVOKE: Edge(
            {State.VALID, State.REPLACED},
            State.REVOKED,
            by={SYSTEM, StaffRole.ADMINISTRATOR},
            label="Révoquer",
            trace="{actor} a révoqué le document {subject} : {reason}",
            step_up=True,
        ),
    },
)
