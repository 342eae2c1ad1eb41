"""The life of an outgoing mail: waiting in the queue, then handed to the mail server; or addressed to nobody."""

from portal.lifecycle.table import NEW, SYSTEM, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where a mail stands."""

    QUEUED = "queued", "En attente d’envoi"
    SENT = "sent", "Envoyé"
    UNADDRESSED = "unaddressed", "Sans destinataire"


class Move(LabelledEnum):
    """What happens to a mail."""

    QUEUE = "queue"
    SET_ASIDE = "set_aside"
    SEND = "send"


MAILS = Lifecycle(
    name="mails",
    title="Message",
    states=State,
    moves={
        Move.QUEUE: Edge(
            NEW, State.QUEUED, by=SYSTEM, label="Préparer", trace="{actor} a préparé le message « {subject} »"
        ),
        Move.SET_ASIDE: Edge(
            NEW,
            State.UNADDRESSED,
            by=SYSTEM,
            label="Mettre de côté",
            trace="{actor} n’a trouvé aucune adresse pour le message « {subject} »",
        ),
        Move.SEND: Edge(
            {State.QUEUED}, State.SENT, by=SYSTEM, label="Envoyer", trace="{actor} a envoyé le message « {subject} »"
        ),
    },
)
