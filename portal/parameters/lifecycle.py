"""The moves of a setting's value: set at once, or proposed by one administrator and approved by another."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where a value stands; an approved one applies from its date until the next."""

    PROPOSED = "proposed", "À approuver"
    APPROVED = "approved", "Approuvée"
    REJECTED = "rejected", "Écartée"


class Move(LabelledEnum):
    """What happens to a value."""

    SET = "set"
    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"


LIFECYCLE = Lifecycle(
    name="parameters",
    title="Réglage",
    states=State,
    moves={
        Move.SET: Edge(
            NEW,
            State.APPROVED,
            by=StaffRole.ADMINISTRATOR,
            label="Fixer la valeur",
            trace="{actor} a fixé le réglage « {setting} » : {former} devient {value} ({subject})",
            step_up=True,
        ),
        Move.PROPOSE: Edge(
            NEW,
            State.PROPOSED,
            by=StaffRole.ADMINISTRATOR,
            label="Proposer la valeur",
            trace="{actor} a proposé pour le réglage « {setting} » : {former} deviendrait {value} ({subject})",
            step_up=True,
        ),
        Move.APPROVE: Edge(
            {State.PROPOSED},
            State.APPROVED,
            by=StaffRole.ADMINISTRATOR,
            label="Approuver",
            trace="{actor} a approuvé le réglage « {setting} » : {value} ({subject})",
            step_up=True,
        ),
        Move.REJECT: Edge(
            {State.PROPOSED},
            State.REJECTED,
            by=StaffRole.ADMINISTRATOR,
            label="Écarter",
            trace="{actor} a écarté la proposition {subject} du réglage « {setting} »",
        ),
    },
)
