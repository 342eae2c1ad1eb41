"""The moves of a take-over and of its lines: proposed by one manager, confirmed by another, released to the vendors."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, Edge, LabelledEnum, Lifecycle

MANAGERS = StaffRole.WHITELIST_MANAGER


class State(LabelledEnum):
    """Where a take-over stands."""

    PROPOSED = "proposed", "À confirmer"
    CONFIRMED = "confirmed", "Effectuée"
    SET_ASIDE = "set_aside", "Écartée"


class Move(LabelledEnum):
    """What happens to a take-over."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    SET_ASIDE = "set_aside"


LIFECYCLE = Lifecycle(
    name="takeovers",
    title="Reprise",
    states=State,
    moves={
        Move.PROPOSE: Edge(
            NEW,
            State.PROPOSED,
            by=MANAGERS,
            label="Proposer une reprise",
            trace="{actor} a proposé la reprise {subject} ({file}) : {ready} à créer, {known} déjà là, {refused} à "
            "corriger",
        ),
        Move.CONFIRM: Edge(
            {State.PROPOSED},
            State.CONFIRMED,
            by=MANAGERS,
            label="Confirmer la reprise",
            trace="{actor} a confirmé la reprise {subject} : {created} créés, {left} laissés",
            step_up=True,
        ),
        Move.SET_ASIDE: Edge(
            {State.PROPOSED},
            State.SET_ASIDE,
            by=MANAGERS,
            label="Écarter la reprise",
            trace="{actor} a écarté la reprise {subject}",
        ),
    },
)


class LineState(LabelledEnum):
    """What a line is worth, then what became of it."""

    READY = "ready", "À créer"
    KNOWN = "known", "Déjà là"
    REFUSED = "refused", "À corriger"
    CREATED = "created", "Repris, à confirmer par l’éditeur"
    RELEASED = "released", "Éditeur invité"


class LineMove(LabelledEnum):
    """What happens to a line."""

    CREATE = "create"
    RECOGNISE = "recognise"
    REFUSE = "refuse"
    RELEASE = "release"


LINES = Lifecycle(
    name="takeover_lines",
    title="Ligne de reprise",
    states=LineState,
    moves={
        LineMove.CREATE: Edge(
            {LineState.READY},
            LineState.CREATED,
            by=MANAGERS,
            label="Reprendre le service",
            trace="{actor} a repris le service « {service} » ({subject}) : habilitation {grant}",
            step_up=True,
        ),
        LineMove.RECOGNISE: Edge(
            {LineState.READY},
            LineState.KNOWN,
            by=MANAGERS,
            label="Constater que le service est déjà là",
            trace="{actor} a trouvé {subject} déjà là : habilitation {grant}",
        ),
        LineMove.REFUSE: Edge(
            {LineState.READY},
            LineState.REFUSED,
            by=MANAGERS,
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
