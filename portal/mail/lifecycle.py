"""The life of an outgoing mail: waiting in the queue, then handed to the mail server; or addressed to nobody."""

from portal.lifecycle.table import NEW, SAME, SIGNED_IN, SYSTEM, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where a mail stands."""

    QUEUED = "queued", "En attente d’envoi"
    SENT = "sent", "Envoyé"
    UNADDRESSED = "unaddressed", "Sans destinataire"
    WITHHELD = "withheld", "Retenu selon les préférences"


class Move(LabelledEnum):
    """What happens to a mail."""

    QUEUE = "queue"
    SET_ASIDE = "set_aside"
    WITHHOLD = "withhold"
    SEND = "send"
    COME_BACK = "come_back"


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
        Move.WITHHOLD: Edge(
            NEW,
            State.WITHHELD,
            by=SYSTEM,
            label="Retenir",
            trace="{actor} a retenu le message « {subject} », selon les préférences de ses destinataires",
        ),
        Move.SEND: Edge(
            {State.QUEUED}, State.SENT, by=SYSTEM, label="Envoyer", trace="{actor} a envoyé le message « {subject} »"
        ),
        Move.COME_BACK: Edge(
            {State.SENT},
            SAME,
            by=SYSTEM,
            label="Noter un retour",
            trace="{actor} a noté que le message « {subject} » n’est pas parvenu à {addresses}",
        ),
    },
)


class PreferenceState(LabelledEnum):
    """Preferences exist once somebody opened them."""

    KEPT = "kept", "Enregistrées"


class PreferenceMove(LabelledEnum):
    """What happens to preferences."""

    CHOOSE = "choose"


PREFERENCES = Lifecycle(
    name="mail_preferences",
    title="Préférences de messages",
    states=PreferenceState,
    moves={
        PreferenceMove.CHOOSE: Edge(
            {PreferenceState.KEPT},
            SAME,
            by=SIGNED_IN,
            label="Choisir mes messages",
            trace="{actor} a choisi les messages qu’il reçoit",
        )
    },
)
