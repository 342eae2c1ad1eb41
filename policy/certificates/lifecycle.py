"""What may be done with certificates and trusted authorities, by whom."""

from enum import StrEnum

from portal.lifecycle.table import NEW, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import MembershipRole

DECLARANTS = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE, MembershipRole.TECHNICAL_CONTACT})


class State(LabelledEnum):
    """Where a certificate stands: its expiry is a date, not a state."""

    DECLARED = "declared", "Déclaré"
    RETIRED = "retired", "Retiré"


class Move(StrEnum):
    """The moves of a certificate."""

    DECLARE = "declare"
    RETIRE = "retire"


class AnchorState(LabelledEnum):
    """Where a trusted authority stands."""

    TRUSTED = "trusted", "Reconnue"


class AnchorMove(StrEnum):
    """The moves of a trusted authority."""

    INSTALL = "install"


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
    },
)
