"""The life of a long export: asked for by an agent, made by the worker, kept a day, then emptied."""

from portal.accounts.roles import NATIONAL
from portal.lifecycle.table import NEW, SYSTEM, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where an export stands."""

    QUEUED = "queued", "En préparation"
    READY = "ready", "Prêt"
    FAILED = "failed", "Impossible"
    EXPIRED = "expired", "Expiré"


class Move(LabelledEnum):
    """What happens to an export."""

    ASK = "ask"
    FINISH = "finish"
    FAIL = "fail"
    EXPIRE = "expire"


LIFECYCLE = Lifecycle(
    name="exports",
    title="Export",
    states=State,
    moves={
        Move.ASK: Edge(
            NEW,
            State.QUEUED,
            by=NATIONAL,
            label="Préparer l’export",
            trace="{actor} a demandé l’export {subject} de la liste des dossiers ({total} lignes)",
        ),
        Move.FINISH: Edge(
            {State.QUEUED},
            State.READY,
            by=SYSTEM,
            label="Terminer l’export",
            trace="Le portail a préparé l’export {subject} ({rows} lignes)",
        ),
        Move.FAIL: Edge(
            {State.QUEUED},
            State.FAILED,
            by=SYSTEM,
            label="Renoncer à l’export",
            trace="Le portail n’a pas pu préparer l’export {subject} : {why}",
        ),
        Move.EXPIRE: Edge(
            {State.READY},
            State.EXPIRED,
            by=SYSTEM,
            label="Vider l’export",
            trace="Le portail a vidé l’export {subject}, dont le délai est passé",
        ),
    },
)
