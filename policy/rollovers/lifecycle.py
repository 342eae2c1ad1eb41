"""What may be done with the campaign of an authority that changes."""

from enum import StrEnum

from policy.certificates.lifecycle.roles import KEEPERS, TRUSTEES
from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle

LEADERS = KEEPERS | TRUSTEES


class State(LabelledEnum):
    """Where a campaign stands."""

    OPEN = "open", "En cours"
    CLOSED = "closed", "Close"


class Move(StrEnum):
    """The moves of a campaign."""

    OPEN = "open"
    REMIND = "remind"
    EXTEND = "extend"
    CLOSE = "close"


ROLLOVERS = Lifecycle(
    name="rollovers",
    title="Campagne de changement d’autorité",
    states=State,
    moves={
        Move.OPEN: Edge(
            NEW,
            State.OPEN,
            by=LEADERS,
            label="Ouvrir la campagne",
            trace="{actor} a ouvert la campagne {subject} : {count} certificats de {authority} à remplacer",
        ),
        Move.REMIND: Edge(
            {State.OPEN},
            SAME,
            by=LEADERS,
            label="Relancer",
            trace="{actor} a relancé {count} éditeurs de la campagne {subject}",
        ),
        Move.EXTEND: Edge(
            {State.OPEN},
            SAME,
            by=LEADERS,
            label="Changer la fin de la période",
            trace="{actor} a porté au {date} la fin de la période parallèle de la campagne {subject} : {reason}",
        ),
        Move.CLOSE: Edge(
            {State.OPEN},
            State.CLOSED,
            by=LEADERS,
            label="Clore la campagne",
            trace="{actor} a clos la campagne {subject} : {done} certificats remplacés sur {count}",
        ),
    },
)
