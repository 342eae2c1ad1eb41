"""What may be done with trusted authorities, always by two persons."""

from enum import StrEnum

from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle

from .roles import TRUSTEES


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
    SEE_REVOKED = "see_revoked"


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
        AnchorMove.SEE_REVOKED: Edge(
            {AnchorState.TRUSTED, AnchorState.LEAVING},
            SAME,
            by=SYSTEM,
            label="Constater la révocation de l’autorité",
            trace="Le portail a constaté la révocation de l’autorité {subject} ({hierarchy})",
        ),
    },
)
