"""The moves of an API token: made by an administrator, revoked for ever."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where a token stands; past its date an active one is no longer accepted."""

    ACTIVE = "active", "Actif"
    REVOKED = "revoked", "Révoqué"


class Move(LabelledEnum):
    """What happens to a token."""

    CREATE = "create"
    REVOKE = "revoke"


MOVES: dict[str, Edge] = {
    Move.CREATE: Edge(
        NEW,
        State.ACTIVE,
        by=StaffRole.ADMINISTRATOR,
        label="Créer un jeton",
        trace="{actor} a créé le jeton d’API {subject} ({name}), périmètres : {scopes}",
        step_up=True,
    ),
    Move.REVOKE: Edge(
        {State.ACTIVE},
        State.REVOKED,
        by=StaffRole.ADMINISTRATOR,
        label="Révoquer",
        trace="{actor} a révoqué le jeton d’API {subject} ({name})",
        step_up=True,
    ),
}

LIFECYCLE = Lifecycle(name="tokens", title="Le jeton", states=State, moves=MOVES)
