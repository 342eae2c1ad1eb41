"""The moves of a claim, of a request to join, and of a mandate.

A person says that he represents a legal entity, an agent checks the proof; or he asks to join one, and its legal
representative answers. The representative records the mandate of a delegate who may sign (settled question 2).
"""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SIGNED_IN, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import MembershipRole

LEGAL_REPRESENTATIVE = MembershipRole.LEGAL_REPRESENTATIVE


class State(LabelledEnum):
    """Where a claim stands."""

    FILED = "filed", "À vérifier"
    VERIFIED = "verified", "Vérifiée"
    REFUSED = "refused", "Refusée"


class Move(LabelledEnum):
    """What happens to a claim."""

    CLAIM = "claim"
    VERIFY = "verify"
    REFUSE = "refuse"


LIFECYCLE = Lifecycle(
    name="claims",
    title="Demande de rattachement",
    states=State,
    moves={
        Move.CLAIM: Edge(
            NEW,
            State.FILED,
            by=SIGNED_IN,
            label="Demander le rattachement",
            trace="{actor} a demandé à représenter {entity} ({number}), demande {subject}",
        ),
        Move.VERIFY: Edge(
            {State.FILED},
            State.VERIFIED,
            by=StaffRole.REVIEWER,
            label="Confirmer la qualité",
            trace="{actor} a vérifié, sur la pièce « {piece} », que {claimant} représente {entity} (demande {subject})",
            step_up=True,
        ),
        Move.REFUSE: Edge(
            {State.FILED},
            State.REFUSED,
            by=StaffRole.REVIEWER,
            label="Refuser la demande",
            trace="{actor} a refusé la demande {subject} de {claimant} pour {entity}",
        ),
    },
)


class JoinState(LabelledEnum):
    """Where a request to join stands; to who asked, « en attente » says nothing of who answers."""

    FILED = "filed", "En attente"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"


class JoinMove(LabelledEnum):
    """What happens to a request to join."""

    ASK = "ask"
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


JOINS = Lifecycle(
    name="joins",
    title="Demande d’adhésion",
    states=JoinState,
    moves={
        JoinMove.ASK: Edge(
            NEW,
            JoinState.FILED,
            by=SIGNED_IN,
            label="Demander à rejoindre un organisme",
            trace="{actor} a demandé à rejoindre l’organisme {number} ({role}), demande {subject}",
        ),
        JoinMove.ACCEPT: Edge(
            {JoinState.FILED},
            JoinState.ACCEPTED,
            by=LEGAL_REPRESENTATIVE,
            label="Accueillir",
            trace="{actor} a accepté la demande {subject} de {person} pour {entity} ({role})",
            step_up=True,
        ),
        JoinMove.REFUSE: Edge(
            {JoinState.FILED},
            JoinState.REFUSED,
            by=LEGAL_REPRESENTATIVE,
            label="Refuser l’adhésion",
            trace="{actor} a refusé la demande {subject} de {person} pour {entity}",
        ),
        JoinMove.WITHDRAW: Edge(
            {JoinState.FILED},
            JoinState.WITHDRAWN,
            by=SIGNED_IN,
            label="Retirer ma demande",
            trace="{actor} a retiré sa demande {subject}",
        ),
    },
)


class MandateState(LabelledEnum):
    """A mandate is in force until it is ended; past its last day it no longer counts."""

    IN_FORCE = "in_force", "En vigueur"
    CLOSED = "closed", "Terminé"


class MandateMove(LabelledEnum):
    """What happens to a mandate."""

    RECORD = "record"
    END = "end"


MANDATES = Lifecycle(
    name="mandates",
    title="Mandat",
    states=MandateState,
    moves={
        MandateMove.RECORD: Edge(
            NEW,
            MandateState.IN_FORCE,
            by=LEGAL_REPRESENTATIVE,
            label="Enregistrer un mandat",
            trace="{actor} a enregistré le mandat {subject} de {delegate} pour {entity}",
            step_up=True,
        ),
        MandateMove.END: Edge(
            {MandateState.IN_FORCE},
            MandateState.CLOSED,
            by={LEGAL_REPRESENTATIVE, StaffRole.REVIEWER},
            label="Mettre fin au mandat",
            trace="{actor} a mis fin au mandat {subject} de {delegate} pour {entity}",
            step_up=True,
        ),
    },
)
