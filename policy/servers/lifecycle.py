"""What may be done with a server's certificate."""

from enum import StrEnum

from policy.certificates.lifecycle.roles import DECLARANTS
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where a server's certificate stands."""

    DECLARED = "declared", "Déclaré"
    RETIRED = "retired", "Retiré"


class Move(StrEnum):
    """The moves of a server's certificate."""

    DECLARE = "declare"
    RETIRE = "retire"
    WARN = "warn"
    FIND_FAULT = "find_fault"


SERVERS = Lifecycle(
    name="servers",
    title="Certificat de serveur",
    states=State,
    moves={
        Move.DECLARE: Edge(
            NEW,
            State.DECLARED,
            by=DECLARANTS,
            label="Déclarer le certificat du serveur",
            trace="{actor} a déclaré le certificat de serveur {subject} du service {service} ({environment})",
        ),
        Move.RETIRE: Edge(
            {State.DECLARED},
            State.RETIRED,
            by=DECLARANTS | {SYSTEM},
            label="Retirer le certificat du serveur",
            trace="{actor} a retiré le certificat de serveur {subject} du service {service} ({environment})",
        ),
        Move.WARN: Edge(
            {State.DECLARED},
            SAME,
            by=SYSTEM,
            label="Prévenir de l’expiration",
            trace="Le portail a prévenu que le certificat de serveur {subject} du service {service} {expires}",
        ),
        Move.FIND_FAULT: Edge(
            {State.DECLARED},
            SAME,
            by=SYSTEM,
            label="Constater un défaut",
            trace="Le portail a relu le certificat de serveur {subject} du service {service} ({environment}) : {fault}",
        ),
    },
)
