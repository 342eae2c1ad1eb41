"""What may be done with certificates: declaring, warning, revoking, retiring; and those that tools propose."""

from enum import StrEnum

from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle

from .roles import DECLARANTS, TAKERS, WATCHERS


class State(LabelledEnum):
    """Where a certificate stands: its expiry is a date, not a state."""

    DECLARED = "declared", "Déclaré"
    REVOKED = "revoked", "Révoqué"
    RETIRED = "retired", "Retiré"


class Move(StrEnum):
    """The moves of a certificate."""

    DECLARE = "declare"
    TAKE_OVER = "take_over"
    RETIRE = "retire"
    ASK_CHECK = "ask_check"
    REVOKE = "revoke"
    WARN = "warn"
    PROVE = "prove"
    FIND_FAULT = "find_fault"
    WITNESS = "witness"
    ACKNOWLEDGE = "acknowledge"
    ESCALATE = "escalate"


CERTIFICATES = Lifecycle(
    name="certificates",
    title="Certificat",
    states=State,
    moves={
        Move.DECLARE: Edge(
            NEW,
            State.DECLARED,
            by=DECLARANTS,
            label="Déclarer le certificat",
            trace="{actor} a déclaré le certificat {subject} du service {service} ({environment})",
        ),
        Move.TAKE_OVER: Edge(
            NEW,
            State.DECLARED,
            by=TAKERS,
            label="Reprendre un certificat",
            trace="{actor} a repris le certificat {subject} du service {service} ({environment}) : {source}",
        ),
        Move.ASK_CHECK: Edge(
            {State.DECLARED},
            SAME,
            by=DECLARANTS | WATCHERS,
            label="Contrôler de nouveau",
            trace="{actor} a demandé un nouveau contrôle du certificat {subject}",
        ),
        Move.PROVE: Edge(
            {State.DECLARED},
            SAME,
            by=DECLARANTS,
            label="Prouver la possession de la clé",
            trace="{actor} a prouvé la possession de la clé du certificat {subject}",
        ),
        Move.WITNESS: Edge(
            {State.DECLARED},
            SAME,
            by=SYSTEM,
            label="Constater la possession de la clé",
            trace="Un appel au diagnostic a prouvé la possession de la clé du certificat {subject}",
        ),
        Move.WARN: Edge(
            {State.DECLARED},
            SAME,
            by=SYSTEM,
            label="Prévenir de l’expiration",
            trace="Le portail a prévenu que le certificat {subject} du service {service} {expires}",
        ),
        Move.ACKNOWLEDGE: Edge(
            {State.DECLARED},
            SAME,
            by=DECLARANTS,
            label="Prendre en charge le renouvellement",
            trace="{actor} a pris en charge le renouvellement du certificat {subject} du service {service}",
        ),
        Move.ESCALATE: Edge(
            {State.DECLARED},
            SAME,
            by=SYSTEM,
            label="Signaler à l’agence",
            trace="Le portail a signalé à l’agence que le certificat {subject} du service {service} {expires}, "
            "sans remplaçant",
        ),
        Move.FIND_FAULT: Edge(
            {State.DECLARED},
            SAME,
            by=SYSTEM,
            label="Constater un défaut",
            trace="Le portail a relu le certificat {subject} du service {service} ({environment}) : {fault}",
        ),
        Move.REVOKE: Edge(
            {State.DECLARED},
            State.REVOKED,
            by=SYSTEM,
            label="Constater la révocation",
            trace="Le portail a constaté la révocation du certificat {subject} du service {service} ({environment})",
        ),
        Move.RETIRE: Edge(
            {State.DECLARED},
            State.RETIRED,
            by=DECLARANTS | {SYSTEM},
            label="Retirer le certificat",
            trace="{actor} a retiré le certificat {subject} du service {service} ({environment})",
        ),
    },
)


class ProposalState(LabelledEnum):
    """Where a certificate proposed by a tool stands."""

    PROPOSED = "proposed", "Proposé"
    ACCEPTED = "accepted", "Déclaré"
    REJECTED = "rejected", "Écarté"


class ProposalMove(StrEnum):
    """The moves of a certificate proposed by a tool."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    REJECT = "reject"


PROPOSALS = Lifecycle(
    name="certificate_proposals",
    title="Certificat proposé par un outil",
    states=ProposalState,
    moves={
        ProposalMove.PROPOSE: Edge(
            NEW,
            ProposalState.PROPOSED,
            by=SYSTEM,
            label="Proposer un certificat",
            trace="Le jeton {token} a proposé le certificat {subject} pour le service {service} ({environment})",
        ),
        ProposalMove.ACCEPT: Edge(
            {ProposalState.PROPOSED},
            ProposalState.ACCEPTED,
            by=DECLARANTS,
            label="Déclarer ce certificat",
            trace="{actor} a déclaré le certificat proposé {subject} du service {service}",
        ),
        ProposalMove.REJECT: Edge(
            {ProposalState.PROPOSED},
            ProposalState.REJECTED,
            by=DECLARANTS,
            label="Écarter cette proposition",
            trace="{actor} a écarté le certificat proposé {subject} du service {service}",
        ),
    },
)
