"""What a gateway says of the list it applies: a fact of the journal each time the version changes."""

from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """What a gateway says stands until it says something else."""

    RECORDED = "recorded", "Enregistré"


class Move(LabelledEnum):
    """What a gateway does."""

    APPEAR = "appear"
    ACKNOWLEDGE = "acknowledge"


ACKNOWLEDGEMENTS = Lifecycle(
    name="gateways",
    title="L’accusé d’application",
    states=State,
    moves={
        Move.APPEAR: Edge(
            NEW,
            State.RECORDED,
            by=SYSTEM,
            label="Se faire connaître",
            trace="La passerelle {gateway} applique la version {applied} de la liste blanche ({environment})",
        ),
        Move.ACKNOWLEDGE: Edge(
            {State.RECORDED},
            SAME,
            by=SYSTEM,
            label="Accuser application",
            trace="La passerelle {gateway} applique la version {applied} de la liste blanche ({environment})",
        ),
    },
)
