"""A service is shown in the public list because its vendor said so, and leaves it when he says otherwise."""

from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import MembershipRole


class State(LabelledEnum):
    """Whether the service may be shown."""

    LISTED = "listed", "Dans la liste publique"
    UNLISTED = "unlisted", "Hors de la liste publique"


class Move(LabelledEnum):
    """What happens to a listing."""

    LIST = "list"
    RELIST = "relist"
    DESCRIBE = "describe"
    UNLIST = "unlist"


SPEAKERS = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE})
LIFECYCLE = Lifecycle(
    name="directory",
    title="Présence dans la liste publique",
    states=State,
    moves={
        Move.LIST: Edge(
            NEW,
            State.LISTED,
            by=SPEAKERS,
            label="Montrer dans la liste publique",
            trace="{actor} a accepté que {service} figure dans la liste publique",
        ),
        Move.RELIST: Edge(
            {State.UNLISTED},
            State.LISTED,
            by=SPEAKERS,
            label="Montrer à nouveau",
            trace="{actor} a remis {service} dans la liste publique",
        ),
        Move.DESCRIBE: Edge(
            {State.LISTED},
            SAME,
            by=SPEAKERS,
            label="Changer la présentation",
            trace="{actor} a changé la présentation publique de {service}",
        ),
        Move.UNLIST: Edge(
            {State.LISTED},
            State.UNLISTED,
            by=SPEAKERS,
            label="Retirer de la liste publique",
            trace="{actor} a retiré {service} de la liste publique",
        ),
    },
)
