"""What may be done with certificates, names, checks and trusted authorities, by whom."""

from enum import StrEnum

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import MembershipRole

DECLARANTS = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE, MembershipRole.TECHNICAL_CONTACT})
WATCHERS = frozenset({StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER, StaffRole.TEST_VERIFIER})
TRUSTEES = frozenset({StaffRole.SECURITY_OFFICER, StaffRole.ADMINISTRATOR})


class State(LabelledEnum):
    """Where a certificate stands: its expiry is a date, not a state."""

    DECLARED = "declared", "Déclaré"
    REVOKED = "revoked", "Révoqué"
    RETIRED = "retired", "Retiré"


class Move(StrEnum):
    """The moves of a certificate."""

    DECLARE = "declare"
    RETIRE = "retire"
    ASK_CHECK = "ask_check"
    REVOKE = "revoke"
    WARN = "warn"
    PROVE = "prove"


class AnchorState(LabelledEnum):
    """Where a trusted authority stands; one whose withdrawal is only proposed is still trusted."""

    PROPOSED = "proposed", "Proposée"
    TRUSTED = "trusted", "Reconnue"
    LEAVING = "leaving", "Reconnue, retrait proposé"
    REJECTED = "rejected", "Écartée"
    WITHDRAWN = "withdrawn", "Retirée"


class AnchorMove(StrEnum):
    """The moves of a trusted authority."""

    INSTALL = "install"
    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"
    PROPOSE_WITHDRAWAL = "propose_withdrawal"
    WITHDRAW = "withdraw"
    KEEP = "keep"


class RecordState(LabelledEnum):
    """What was done once and never changes: a run of checks, a deposit of several certificates."""

    RECORDED = "recorded", "Enregistré"


class RecordMove(StrEnum):
    """The only move of what never changes."""

    RECORD = "record"


class NameState(LabelledEnum):
    """Where a name declared without its certificate stands."""

    DECLARED = "declared", "Non vérifié"
    CONFIRMED = "confirmed", "Vérifié : certificat vu"
    WITHDRAWN = "withdrawn", "Abandonné"


class NameMove(StrEnum):
    """The moves of a name declared without its certificate."""

    DECLARE = "declare"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


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
        Move.WARN: Edge(
            {State.DECLARED},
            SAME,
            by=SYSTEM,
            label="Prévenir de l’expiration",
            trace="Le portail a prévenu que le certificat {subject} du service {service} {expires}",
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
            by=DECLARANTS,
            label="Retirer le certificat",
            trace="{actor} a retiré le certificat {subject} du service {service} ({environment})",
        ),
    },
)

ANCHORS = Lifecycle(
    name="anchors",
    title="Autorité de certification",
    states=AnchorState,
    moves={
        AnchorMove.INSTALL: Edge(
            NEW,
            AnchorState.TRUSTED,
            by=SYSTEM,
            label="Installer l’autorité",
            trace="L’autorité {subject} ({hierarchy}) a été installée",
        ),
        AnchorMove.PROPOSE: Edge(
            NEW,
            AnchorState.PROPOSED,
            by=TRUSTEES,
            label="Proposer une autorité",
            trace="{actor} a proposé de reconnaître l’autorité {subject} ({hierarchy})",
        ),
        AnchorMove.APPROVE: Edge(
            {AnchorState.PROPOSED},
            AnchorState.TRUSTED,
            by=TRUSTEES,
            label="Reconnaître l’autorité",
            trace="{actor} a reconnu l’autorité {subject} ({hierarchy})",
            step_up=True,
        ),
        AnchorMove.REJECT: Edge(
            {AnchorState.PROPOSED},
            AnchorState.REJECTED,
            by=TRUSTEES,
            label="Écarter la proposition",
            trace="{actor} a écarté l’autorité {subject} ({hierarchy})",
        ),
        AnchorMove.PROPOSE_WITHDRAWAL: Edge(
            {AnchorState.TRUSTED},
            AnchorState.LEAVING,
            by=TRUSTEES,
            label="Proposer le retrait",
            trace="{actor} a proposé de retirer l’autorité {subject} ({hierarchy})",
        ),
        AnchorMove.WITHDRAW: Edge(
            {AnchorState.LEAVING},
            AnchorState.WITHDRAWN,
            by=TRUSTEES,
            label="Retirer l’autorité",
            trace="{actor} a retiré l’autorité {subject} ({hierarchy})",
            step_up=True,
        ),
        AnchorMove.KEEP: Edge(
            {AnchorState.LEAVING},
            AnchorState.TRUSTED,
            by=TRUSTEES,
            label="Garder l’autorité",
            trace="{actor} a gardé l’autorité {subject} ({hierarchy})",
        ),
    },
)

CHECK_RUNS = Lifecycle(
    name="certificate_checks",
    title="Contrôle des certificats",
    states=RecordState,
    moves={
        RecordMove.RECORD: Edge(
            NEW,
            RecordState.RECORDED,
            by=SYSTEM,
            label="Contrôler les certificats",
            trace="Le portail a contrôlé {count} certificats : {outcome}",
        ),
    },
)

BATCHES = Lifecycle(
    name="certificate_batches",
    title="Dépôt groupé de certificats",
    states=RecordState,
    moves={
        RecordMove.RECORD: Edge(
            NEW,
            RecordState.RECORDED,
            by=DECLARANTS,
            label="Déclarer plusieurs certificats",
            trace="{actor} a déposé {count} certificats pour le service {service} : {declared} déclarés",
        ),
    },
)

NAMES = Lifecycle(
    name="declared_names",
    title="Nom déclaré sans certificat",
    states=NameState,
    moves={
        NameMove.DECLARE: Edge(
            NEW,
            NameState.DECLARED,
            by=DECLARANTS,
            label="Déclarer un nom sans certificat",
            trace="{actor} a déclaré le nom {subject} du service {service}, sans son certificat",
        ),
        NameMove.CONFIRM: Edge(
            {NameState.DECLARED},
            NameState.CONFIRMED,
            by=DECLARANTS,
            label="Confirmer par un certificat",
            trace="{actor} a confirmé le nom {subject} du service {service} en déclarant son certificat",
        ),
        NameMove.WITHDRAW: Edge(
            {NameState.DECLARED},
            NameState.WITHDRAWN,
            by=DECLARANTS,
            label="Abandonner ce nom",
            trace="{actor} a abandonné le nom {subject} du service {service}",
        ),
    },
)
