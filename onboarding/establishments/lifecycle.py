"""The moves of an establishment list: sent, mended line by line, confirmed by the legal representative, replaced."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import PREPARERS, SIGNATORIES


class State(LabelledEnum):
    """Where a list stands; a service has at most one draft and one list in force."""

    DRAFT = "draft", "En préparation"
    CONFIRMED = "confirmed", "En vigueur"
    SUPERSEDED = "superseded", "Remplacée"


class Move(LabelledEnum):
    """What happens to a list."""

    UPLOAD = "upload"
    TAKE_OVER = "take_over"
    REPAIR_LINE = "repair_line"
    REMOVE_LINE = "remove_line"
    CONFIRM = "confirm"
    SUPERSEDE = "supersede"


LIFECYCLE = Lifecycle(
    name="lists",
    title="La liste",
    states=State,
    moves={
        Move.UPLOAD: Edge(
            NEW,
            State.DRAFT,
            by=PREPARERS,
            label="Envoyer une liste",
            trace="{actor} a envoyé la liste d’établissements {subject} du service {service} ({lines}, dont {valid})",
        ),
        Move.TAKE_OVER: Edge(
            NEW,
            State.DRAFT,
            by=StaffRole.WHITELIST_MANAGER,
            label="Reprendre une liste",
            trace="{actor} a repris la liste {subject} du service {service} ({lines}, dont {valid})",
        ),
        Move.REPAIR_LINE: Edge(
            {State.DRAFT},
            SAME,
            by=PREPARERS,
            label="Corriger la ligne",
            trace="{actor} a corrigé la ligne {line} de la liste {subject} : {former} devient {typed}",
        ),
        Move.REMOVE_LINE: Edge(
            {State.DRAFT},
            SAME,
            by=PREPARERS,
            label="Retirer la ligne",
            trace="{actor} a retiré la ligne {line} de la liste {subject} ({former})",
        ),
        Move.CONFIRM: Edge(
            {State.DRAFT, State.CONFIRMED},
            State.CONFIRMED,
            by=SIGNATORIES,
            label="Confirmer la liste",
            trace="{actor} a confirmé la liste {subject} : {valid}, {added} en plus et {removed} en moins",
            step_up=True,
        ),
        Move.SUPERSEDE: Edge(
            {State.DRAFT, State.CONFIRMED},
            State.SUPERSEDED,
            by=PREPARERS,
            label="Remplacer la liste",
            trace="{actor} a remplacé la liste {subject} par la liste {successor}",
        ),
    },
)
