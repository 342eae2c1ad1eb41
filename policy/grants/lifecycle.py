"""The moves of a right: granted by a decision, made ready fact by fact, opened and closed by the whitelist."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import MembershipRole


class State(LabelledEnum):
    """Where a right stands."""

    PENDING = "pending", "En préparation"
    ACTIVE = "active", "En production"
    SUSPENDED = "suspended", "Suspendue"
    WITHDRAWN = "withdrawn", "Retirée"


class Move(LabelledEnum):
    """What happens to a right."""

    GRANT = "grant"
    TAKE_OVER = "take_over"
    AMEND = "amend"
    TRANSFER = "transfer"
    RECORD_CHARTER = "record_charter"
    RECORD_TESTS = "record_tests"
    RECORD_LIST = "record_list"
    RECORD_ATTESTATION = "record_attestation"
    STAND_IN = "stand_in"
    RECORD_PRODUCTION_URL = "record_production_url"
    HAND_OVER = "hand_over"
    ISSUE_SECRET = "issue_secret"  # noqa: S105 - the name of a move
    READ_SECRET = "read_secret"  # noqa: S105 - the name of a move
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    RELAX = "relax"


LIVING = frozenset({State.PENDING, State.ACTIVE, State.SUSPENDED})
OPEN = frozenset({State.PENDING, State.ACTIVE})
# who signs was judged by the slice that took the signature: the representative, or a delegate with a mandate
SIGNERS = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE})
GUARDIANS = frozenset({StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER})
RESTRICTERS = GUARDIANS | {StaffRole.SECRETARY, StaffRole.REGIONAL_AUTHORITY}
WATCHERS = frozenset({StaffRole.REVIEWER, StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER})  # open breach cases
DECLARERS = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE, MembershipRole.TECHNICAL_CONTACT})

MOVES: dict[str, Edge] = {
    Move.GRANT: Edge(
        NEW,
        State.PENDING,
        by={StaffRole.SECRETARY, StaffRole.REGIONAL_AUTHORITY},
        label="Accorder l’habilitation",
        trace="{actor} a accordé l’habilitation {subject} au service {service} : {profiles} (décision {decision})",
    ),
    Move.TAKE_OVER: Edge(
        NEW,
        State.PENDING,
        by=StaffRole.WHITELIST_MANAGER,
        label="Reprendre une habilitation",
        trace="{actor} a repris l’habilitation {subject} du service {service} : {profiles} ({source})",
    ),
    Move.AMEND: Edge(
        LIVING,
        SAME,
        by={StaffRole.SECRETARY, StaffRole.REGIONAL_AUTHORITY},
        label="Modifier l’habilitation",
        trace="{actor} a modifié l’habilitation {subject} : {profiles} au lieu de {former} (décision {decision})",
    ),
    Move.TRANSFER: Edge(
        LIVING,
        SAME,
        by=StaffRole.WHITELIST_MANAGER,
        label="Transférer l’habilitation",
        trace="{actor} a transféré l’habilitation {subject} de {former} à {holder} ({source})",
    ),
    Move.RECORD_CHARTER: Edge(
        LIVING,
        SAME,
        by={*SIGNERS, StaffRole.SECRETARY},
        label="Enregistrer la charte signée",
        trace="{actor} a enregistré la charte signée le {signed_on} sur l’habilitation {subject}",
    ),
    Move.RECORD_TESTS: Edge(
        OPEN,
        SAME,
        by=StaffRole.TEST_VERIFIER,
        label="Enregistrer les tests vérifiés",
        trace="{actor} a vérifié les tests de l’habilitation {subject}",
    ),
    Move.RECORD_LIST: Edge(
        LIVING,
        SAME,
        by=SIGNERS,
        label="Enregistrer la liste d’établissements",
        trace="{actor} a confirmé la liste {list} ({establishments}) pour l’habilitation {subject}",
    ),
    Move.RECORD_ATTESTATION: Edge(
        OPEN,
        SAME,
        by=StaffRole.REVIEWER,
        label="Enregistrer l’attestation du commanditaire",
        trace="{actor} a enregistré l’attestation {attestation} sur l’habilitation {subject}",
    ),
    Move.STAND_IN: Edge(
        OPEN,
        SAME,
        by=StaffRole.POLICY_MANAGER,
        label="Tenir un fait pour acquis",
        trace="{actor} a porté « {fact} » comme « {origin} » sur l’habilitation {subject} : {evidence}",
        step_up=True,
    ),
    Move.RECORD_PRODUCTION_URL: Edge(
        OPEN,
        SAME,
        by=DECLARERS | {StaffRole.WHITELIST_MANAGER},
        label="Déclarer l’adresse de production",
        trace="{actor} a déclaré l’adresse de production {url} pour l’habilitation {subject}",
    ),
    Move.HAND_OVER: Edge(
        OPEN,
        SAME,
        by={StaffRole.TEST_VERIFIER, StaffRole.WHITELIST_MANAGER},
        label="Remettre les données de connexion",
        trace="{actor} a remis les données de connexion de l’habilitation {subject} ({environment}, "
        "client {client_id})",
    ),
    Move.ISSUE_SECRET: Edge(
        LIVING,
        SAME,
        by={StaffRole.TEST_VERIFIER, StaffRole.WHITELIST_MANAGER},
        label="Remettre un secret",
        trace="{actor} a remis le secret n° {number} de l’habilitation {subject} ({environment})",
        step_up=True,
    ),
    Move.READ_SECRET: Edge(
        LIVING,
        SAME,
        by=DECLARERS,
        label="Lire le secret",
        trace="{actor} a lu le secret n° {number} de l’habilitation {subject} ({environment})",
        step_up=True,
    ),
    Move.ACTIVATE: Edge(
        {State.PENDING},
        State.ACTIVE,
        by={StaffRole.WHITELIST_MANAGER, SYSTEM},
        label="Ouvrir la production",
        trace="{actor} a ouvert la production à l’habilitation {subject}",
    ),
    Move.DEACTIVATE: Edge(
        {State.ACTIVE, State.SUSPENDED},
        State.PENDING,
        by=StaffRole.WHITELIST_MANAGER,
        label="Sortir de production",
        trace="{actor} a sorti l’habilitation {subject} de la production : {grounds}",
        step_up=True,
    ),
    Move.SUSPEND: Edge(
        {State.ACTIVE},
        State.SUSPENDED,
        by=GUARDIANS,
        label="Suspendre l’habilitation",
        trace="{actor} a suspendu l’habilitation {subject} : {grounds}",
        step_up=True,
    ),
    Move.REINSTATE: Edge(
        {State.SUSPENDED},
        State.ACTIVE,
        by=StaffRole.WHITELIST_MANAGER,
        label="Rétablir l’habilitation",
        trace="{actor} a rétabli l’habilitation {subject}",
        step_up=True,
    ),
    Move.WITHDRAW: Edge(
        LIVING,
        State.WITHDRAWN,
        by={StaffRole.WHITELIST_MANAGER, SYSTEM},
        label="Retirer l’habilitation",
        trace="{actor} a retiré l’habilitation {subject} : {grounds}",
        step_up=True,
    ),
    Move.RESTRICT: Edge(
        LIVING,
        SAME,
        by={*RESTRICTERS, SYSTEM},
        label="Fermer une partie de l’habilitation",
        trace="{actor} a fermé « {what} » dans l’habilitation {subject} : {because}",
    ),
    Move.RELAX: Edge(
        frozenset(State),
        SAME,
        by={*RESTRICTERS, StaffRole.REVIEWER},
        label="Rouvrir une partie de l’habilitation",
        trace="{actor} a rouvert « {what} » dans l’habilitation {subject} ({source})",
    ),
}

LIFECYCLE = Lifecycle(name="grants", title="L’habilitation", states=State, moves=MOVES)
