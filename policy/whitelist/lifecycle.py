"""The moves of a whitelist entry, always two persons to admit, one to stop; and the issue of their list."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle

MANAGER = StaffRole.WHITELIST_MANAGER
GUARDIANS = frozenset({StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER})


class State(LabelledEnum):
    """Where an entry stands; approved ones wait for their date, then are in force."""

    PROPOSED = "proposed", "Proposée"
    APPROVED = "approved", "Approuvée"
    REJECTED = "rejected", "Rejetée"
    SUSPENDED = "suspended", "Suspendue"
    WITHDRAWN = "withdrawn", "Retirée"


class Move(LabelledEnum):
    """What happens to an entry."""

    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"
    TAKE_EFFECT = "take_effect"
    SUSPEND = "suspend"
    PROPOSE_REINSTATEMENT = "propose_reinstatement"
    KEEP_SUSPENDED = "keep_suspended"
    REINSTATE = "reinstate"
    REPLACE = "replace"
    CUT = "cut"
    SEE_NAME = "see_name"
    WITHDRAW = "withdraw"


ADMITTED = frozenset({State.APPROVED, State.SUSPENDED})  # published once in force, with their state
LIVING = frozenset({State.PROPOSED, State.APPROVED, State.SUSPENDED})

MOVES: dict[str, Edge] = {
    Move.PROPOSE: Edge(
        NEW,
        State.PROPOSED,
        by=MANAGER,
        label="Proposer l’inscription",
        trace="{actor} a proposé l’inscription {subject} de {service} ({environment}), avec effet {effective}",
    ),
    Move.APPROVE: Edge(
        {State.PROPOSED},
        State.APPROVED,
        by=MANAGER,
        label="Approuver l’inscription",
        trace="{actor} a approuvé l’inscription {subject}, proposée par {proposer}",
        step_up=True,
    ),
    Move.REJECT: Edge(
        {State.PROPOSED},
        State.REJECTED,
        by={MANAGER, SYSTEM},
        label="Rejeter la proposition",
        trace="{actor} a rejeté la proposition {subject} : {grounds}",
    ),
    Move.TAKE_EFFECT: Edge(
        {State.APPROVED},
        SAME,
        by=SYSTEM,
        label="Prendre effet",
        trace="L’inscription {subject} a pris effet à la date annoncée",
    ),
    Move.SUSPEND: Edge(
        {State.APPROVED},
        State.SUSPENDED,
        by=GUARDIANS,
        label="Suspendre",
        trace="{actor} a suspendu l’inscription {subject} : {grounds}",
        step_up=True,
    ),
    Move.PROPOSE_REINSTATEMENT: Edge(
        {State.SUSPENDED},
        SAME,
        by=GUARDIANS,
        label="Proposer de lever la suspension",
        trace="{actor} a proposé de lever la suspension de l’inscription {subject} : {grounds}",
    ),
    Move.KEEP_SUSPENDED: Edge(
        {State.SUSPENDED},
        SAME,
        by=GUARDIANS,
        label="Maintenir la suspension",
        trace="{actor} a maintenu la suspension de l’inscription {subject} : {grounds}",
    ),
    Move.REINSTATE: Edge(
        {State.SUSPENDED},
        State.APPROVED,
        by=MANAGER,
        label="Lever la suspension",
        trace="{actor} a levé la suspension de l’inscription {subject}, sur proposition de {proposer}",
        step_up=True,
    ),
    Move.REPLACE: Edge(
        {State.APPROVED},
        State.WITHDRAWN,
        by={MANAGER, SYSTEM},
        label="Remplacer",
        trace="{actor} a remplacé l’inscription {subject} par {successor}",
    ),
    Move.CUT: Edge(
        LIVING,
        SAME,
        by=SYSTEM,
        label="Retrancher un certificat révoqué",
        trace="Le portail a retranché de l’inscription {subject} le certificat {certificate}, révoqué par son autorité",
    ),
    Move.SEE_NAME: Edge(
        LIVING,
        SAME,
        by=SYSTEM,
        label="Inscrire le certificat d’un nom",
        trace="Le portail a inscrit sur {subject} le certificat {certificate}, du nom {name} jusque-là non vérifié",
    ),
    Move.WITHDRAW: Edge(
        {State.APPROVED, State.SUSPENDED},
        State.WITHDRAWN,
        by={MANAGER, SYSTEM},
        label="Retirer",
        trace="{actor} a retiré l’inscription {subject} : {grounds}",
        step_up=True,
    ),
}

ENTRIES = Lifecycle(name="whitelist", title="L’inscription", states=State, moves=MOVES)


class LossState(LabelledEnum):
    """Where a loss that the guard holds back stands: the list keeps the entries until two persons let them go."""

    HELD = "held", "Retenue"
    PROPOSED = "proposed", "Proposée"
    ACCEPTED = "accepted", "Acceptée"
    ENDED = "ended", "Terminée"


class LossMove(LabelledEnum):
    """What happens to a loss held back."""

    HOLD = "hold"
    PROPOSE = "propose"
    REFUSE = "refuse"
    ACCEPT = "accept"
    END = "end"


LOSSES = Lifecycle(
    name="losses",
    title="La perte retenue",
    states=LossState,
    moves={
        LossMove.HOLD: Edge(
            NEW,
            LossState.HELD,
            by=SYSTEM,
            label="Retenir la perte",
            trace="{actor} a retenu la perte {subject} de la liste blanche ({environment}) : {entries}",
        ),
        LossMove.PROPOSE: Edge(
            {LossState.HELD},
            LossState.PROPOSED,
            by=GUARDIANS,
            label="Proposer d’accepter la perte",
            trace="{actor} a proposé d’accepter la perte {subject} : {grounds}",
        ),
        LossMove.REFUSE: Edge(
            {LossState.PROPOSED},
            LossState.HELD,
            by=GUARDIANS,
            label="Écarter la proposition",
            trace="{actor} a écarté la proposition d’accepter la perte {subject}",
        ),
        LossMove.ACCEPT: Edge(
            {LossState.PROPOSED},
            LossState.ACCEPTED,
            by=GUARDIANS,
            label="Accepter la perte",
            trace="{actor} a accepté la perte {subject} de la liste blanche ({environment}), proposée par {proposer} : "
            "{entries}",
            step_up=True,
        ),
        LossMove.END: Edge(
            {LossState.HELD, LossState.PROPOSED},
            LossState.ENDED,
            by=SYSTEM,
            label="Constater la fin de la perte",
            trace="{actor} a constaté que la perte {subject} de la liste blanche ({environment}) n’est plus celle-là",
        ),
    },
)


class KeyState(LabelledEnum):
    """Where a signing key stands: one is in force, another may be proposed to follow it."""

    PROPOSED = "proposed", "Proposée"
    IN_FORCE = "in_force", "En vigueur"
    REJECTED = "rejected", "Écartée"
    RETIRED = "retired", "Remplacée"


class KeyMove(LabelledEnum):
    """What happens to a signing key."""

    PROPOSE = "propose"
    ENFORCE = "enforce"
    REJECT = "reject"
    RETIRE = "retire"


KEEPERS = frozenset({StaffRole.SECURITY_OFFICER, StaffRole.ADMINISTRATOR})

KEYS = Lifecycle(
    name="signing_keys",
    title="La clé de signature",
    states=KeyState,
    moves={
        KeyMove.PROPOSE: Edge(
            NEW,
            KeyState.PROPOSED,
            by=KEEPERS,
            label="Proposer la nouvelle clé",
            trace="{actor} a proposé de signer la liste blanche avec la clé {key} ({subject}) : {grounds}",
            step_up=True,
        ),
        KeyMove.ENFORCE: Edge(
            {KeyState.PROPOSED},
            KeyState.IN_FORCE,
            by=KEEPERS,
            label="Mettre la clé en vigueur",
            trace="{actor} a mis en vigueur la clé de signature {key} ({subject}), proposée par {proposer}",
            step_up=True,
        ),
        KeyMove.REJECT: Edge(
            {KeyState.PROPOSED},
            KeyState.REJECTED,
            by=KEEPERS,
            label="Écarter la clé",
            trace="{actor} a écarté la clé de signature {key} ({subject})",
        ),
        KeyMove.RETIRE: Edge(
            {KeyState.IN_FORCE},
            KeyState.RETIRED,
            by=SYSTEM,
            label="Remplacer la clé",
            trace="La clé de signature {key} ({subject}) est remplacée par {successor}",
        ),
    },
)


class ListState(LabelledEnum):
    """The list of an environment stays open; each issue is a new version of it."""

    OPEN = "open", "Ouverte"


class ListMove(LabelledEnum):
    """What happens to the list of an environment."""

    ISSUE = "issue"


PUBLICATIONS = Lifecycle(
    name="publications",
    title="La liste blanche",
    states=ListState,
    moves={
        ListMove.ISSUE: Edge(
            {ListState.OPEN},
            SAME,
            by={*GUARDIANS, SYSTEM},
            label="Publier la liste",
            trace="{actor} a publié la version {version} de la liste blanche ({environment}) : {entries}",
        ),
    },
)
