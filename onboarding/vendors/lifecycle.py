"""The moves of a claim: a person says that he represents a legal entity, an agent checks the proof."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SIGNED_IN, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where a claim stands."""

    FILED = "filed", "À vérifier"
    VERIFIED = "verified", "Vérifiée"
    REFUSED = "refused", "Refusée"


class Move(LabelledEnum):
    """What happens to a claim."""

    CLAIM = "claim"
    VERIFY = "verify"
    REFUSE = "refuse"


LIFECYCLE = Lifecycle(
    name="claims",
    title="Demande de rattachement",
    states=State,
    moves={
        Move.CLAIM: Edge(
            NEW,
            State.FILED,
            by=SIGNED_IN,
            label="Demander le rattachement",
            trace="{actor} a demandé à représenter {entity} ({number}), demande {subject}",
        ),
        Move.VERIFY: Edge(
            {State.FILED},
            State.VERIFIED,
            by=StaffRole.REVIEWER,
            label="Confirmer la qualité",
            trace="{actor} a vérifié, sur la pièce « {piece} », que {claimant} représente {entity} (demande {subject})",
            step_up=True,
        ),
        Move.REFUSE: Edge(
            {State.FILED},
            State.REFUSED,
            by=StaffRole.REVIEWER,
            label="Refuser la demande",
            trace="{actor} a refusé la demande {subject} de {claimant} pour {entity}",
        ),
    },
)
