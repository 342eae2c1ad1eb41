"""The moves of a take-over and of its lines: proposed by one manager, confirmed by another, released to the vendors.

The worker examines the lines once the file is proposed, and creates what they tell once it is confirmed.
"""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SYSTEM, Edge, LabelledEnum, Lifecycle

MANAGERS = StaffRole.WHITELIST_MANAGER


class State(LabelledEnum):
    """Where a take-over stands."""

    EXAMINING = "examining", "En cours d’examen"
    PROPOSED = "proposed", "À confirmer"
    CREATING = "creating", "Confirmée, en cours"
    CONFIRMED = "confirmed", "Effectuée"
    SET_ASIDE = "set_aside", "Écartée"


class Move(LabelledEnum):
    """What happens to a take-over."""

    PROPOSE = "propose"
    EXAMINE = "examine"
    CONFIRM = "confirm"
    FINISH = "finish"
    SET_ASIDE = "set_aside"


LIFECYCLE = Lifecycle(
    name="takeovers",
    title="Reprise",
    states=State,
    moves={
        Move.PROPOSE: Edge(
            NEW,
            State.EXAMINING,
            by=MANAGERS,
            label="Proposer une reprise",
            trace="{actor} a proposé la reprise {subject} ({file}) : {lines}",
        ),
        Move.EXAMINE: Edge(
            {State.EXAMINING},
            State.PROPOSED,
            by=SYSTEM,
            label="Terminer l’examen",
            trace="Le portail a examiné la reprise {subject} : {ready} à créer, {known} déjà là, {refused} à corriger",
        ),
        Move.CONFIRM: Edge(
            {State.PROPOSED},
            State.CREATING,
            by=MANAGERS,
            label="Confirmer la reprise",
            trace="{actor} a confirmé la reprise {subject} : {ready} à créer",
            step_up=True,
        ),
        Move.FINISH: Edge(
            {State.CREATING},
            State.CONFIRMED,
            by=SYSTEM,
            label="Terminer la reprise",
            trace="Le portail a effectué la reprise {subject}, confirmée par {confirmer} : {created} créés, "
            "{left} laissés",
        ),
        Move.SET_ASIDE: Edge(
            {State.EXAMINING, State.PROPOSED},
            State.SET_ASIDE,
            by=MANAGERS,
            label="Écarter la reprise",
            trace="{actor} a écarté la reprise {subject}",
        ),
    },
)


class LineState(LabelledEnum):
    """What a line is worth, then what became of it."""

    WAITING = "waiting", "À examiner"
    READY = "ready", "À créer"
    KNOWN = "known", "Déjà là"
    REFUSED = "refused", "À corriger"
    CREATED = "created", "Repris, à confirmer par l’éditeur"
    RELEASED = "released", "Éditeur invité"


class LineMove(LabelledEnum):
    """What happens to a line."""

    EXAMINE = "examine"
    CREATE = "create"
    RECOGNISE = "recognise"
    REFUSE = "refuse"
    RELEASE = "release"


LINES = Lifecycle(
    name="takeover_lines",
    title="Ligne de reprise",
    states=LineState,
    moves={
        LineMove.EXAMINE: Edge(
            {LineState.WAITING},
            LineState.READY,
            by=SYSTEM,
            label="Trouver la ligne à créer",
            trace="{actor} a trouvé {subject} à créer",
        ),
        LineMove.CREATE: Edge(
            {LineState.READY},
            LineState.CREATED,
            by=MANAGERS,
            label="Reprendre le service",
            trace="{actor} a repris le service « {service} » ({subject}) : habilitation {grant}",
            step_up=True,
        ),
        LineMove.RECOGNISE: Edge(
            {LineState.WAITING, LineState.READY},
            LineState.KNOWN,
            by=SYSTEM,
            label="Constater que le service est déjà là",
            trace="{actor} a trouvé {subject} déjà là : habilitation {grant}",
        ),
        LineMove.REFUSE: Edge(
            {LineState.WAITING, LineState.READY},
            LineState.REFUSED,
            by=SYSTEM,
            label="Refuser la ligne",
            trace="{actor} n’a pas pu reprendre {subject} : {why}",
        ),
        LineMove.RELEASE: Edge(
            {LineState.CREATED, LineState.RELEASED},
            LineState.RELEASED,
            by=MANAGERS,
            label="Inviter le représentant légal",
            trace="{actor} a fait inviter {email} à reprendre le service « {service} » ({subject})",
        ),
    },
)
