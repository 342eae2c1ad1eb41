"""The moves of a test campaign, and the platforms where tests run.

Tests are opened by the agency, run by the vendor, declared ended by him, then verified or sent back by the agency. A
consuming service also shows, before production, that a client ordered it: the attestation of an ordering customer.
"""

from policy.grants.lifecycle import DECLARERS
from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import PREPARERS

VERIFIER = StaffRole.TEST_VERIFIER


class State(LabelledEnum):
    """Where a campaign stands."""

    OPEN = "open", "En cours"
    DECLARED = "declared", "À vérifier par l’agence"
    TO_REDO = "to_redo", "À reprendre"
    VERIFIED = "verified", "Vérifiée"


class Move(LabelledEnum):
    """What happens to a campaign."""

    OPEN = "open"
    IMPORT_REPORT = "import_report"
    DECLARE_END = "declare_end"
    ACCEPT_CONFORMING = "accept_conforming"
    ACCEPT = "accept"
    VERIFY = "verify"
    ASK_REDO = "ask_redo"


RUNNING = frozenset({State.OPEN, State.TO_REDO})

LIFECYCLE = Lifecycle(
    name="campaigns",
    title="La campagne de tests",
    states=State,
    moves={
        Move.OPEN: Edge(
            NEW,
            State.OPEN,
            by=VERIFIER,
            label="Ouvrir la campagne de tests",
            trace="{actor} a ouvert la campagne de tests {subject} ({platform}) pour l’habilitation {grant}",
        ),
        Move.IMPORT_REPORT: Edge(
            RUNNING,
            SAME,
            by={*PREPARERS, VERIFIER},
            label="Importer un rapport",
            trace="{actor} a importé le rapport {file} dans la campagne {subject} : {scenarios}, {passed}",
        ),
        Move.DECLARE_END: Edge(
            RUNNING,
            State.DECLARED,
            by=DECLARERS,
            label="Déclarer la fin des tests",
            trace="{actor} a déclaré la fin des tests de la campagne {subject} ; réponse attendue le {due}",
        ),
        Move.ACCEPT_CONFORMING: Edge(
            {State.DECLARED},
            SAME,
            by=VERIFIER,
            label="Accepter les résultats conformes",
            trace="{actor} a accepté les résultats conformes de la campagne {subject} ({accepted})",
        ),
        Move.ACCEPT: Edge(
            {State.DECLARED},
            SAME,
            by=VERIFIER,
            label="Accepter ce résultat",
            trace="{actor} a accepté le résultat « {scenario} » ({status}) de la campagne {subject} : {comment}",
        ),
        Move.VERIFY: Edge(
            {State.DECLARED},
            State.VERIFIED,
            by=VERIFIER,
            label="Valider les tests",
            trace="{actor} a vérifié les tests de la campagne {subject} : {scenarios}",
        ),
        Move.ASK_REDO: Edge(
            {State.DECLARED},
            State.TO_REDO,
            by=VERIFIER,
            label="Demander de reprendre les tests",
            trace="{actor} a demandé de reprendre les tests de la campagne {subject}",
        ),
    },
)


class PlatformState(LabelledEnum):
    """A platform is there as soon as it is listed."""

    LISTED = "listed", "Référencée"


class PlatformMove(LabelledEnum):
    """What happens to a platform."""

    LIST = "list"


PLATFORMS = Lifecycle(
    name="test_platforms",
    title="La plateforme de tests",
    states=PlatformState,
    moves={
        PlatformMove.LIST: Edge(
            NEW,
            PlatformState.LISTED,
            by=SYSTEM,
            label="Référencer la plateforme",
            trace="La plateforme de tests {subject} a été référencée",
        ),
    },
)


class AttestationState(LabelledEnum):
    """Where the attestation of an ordering customer stands."""

    FILED = "filed", "À examiner par l’agence"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"


class AttestationMove(LabelledEnum):
    """What happens to the attestation of an ordering customer."""

    FILE = "file"
    ACCEPT = "accept"
    REFUSE = "refuse"


ATTESTATIONS = Lifecycle(
    name="attestations",
    title="L’attestation de commanditaire",
    states=AttestationState,
    moves={
        AttestationMove.FILE: Edge(
            NEW,
            AttestationState.FILED,
            by=DECLARERS,
            label="Joindre une attestation",
            trace="{actor} a joint l’attestation {subject} du commanditaire {customer} pour l’habilitation {grant}",
        ),
        AttestationMove.ACCEPT: Edge(
            {AttestationState.FILED},
            AttestationState.ACCEPTED,
            by=StaffRole.REVIEWER,
            label="Accepter l’attestation",
            trace="{actor} a accepté l’attestation {subject} du commanditaire {customer}",
        ),
        AttestationMove.REFUSE: Edge(
            {AttestationState.FILED},
            AttestationState.REFUSED,
            by=StaffRole.REVIEWER,
            label="Refuser l’attestation",
            trace="{actor} a refusé l’attestation {subject} du commanditaire {customer} : {grounds}",
        ),
    },
)
