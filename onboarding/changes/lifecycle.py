"""The moves of a declaration of change, of a breach case, and of a yearly confirmation."""

from policy.grants.lifecycle import DECLARERS, WATCHERS
from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import SIGNATORIES, MembershipRole

MANAGER, REVIEWER, SECURITY = StaffRole.WHITELIST_MANAGER, StaffRole.REVIEWER, StaffRole.SECURITY_OFFICER
ANSWERING = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE})


class State(LabelledEnum):
    """Where a declaration stands."""

    PENDING = "pending", "À signer par le représentant légal"
    DECLARED = "declared", "Déclarée"
    UNDER_REVIEW = "under_review", "En examen"
    ACCEPTED = "accepted", "Acceptée, à appliquer"
    DONE = "done", "Appliquée"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"
    CALLED_OFF = "called_off", "Annulée avant effet"


class Move(LabelledEnum):
    """What happens to a declaration."""

    PREPARE = "prepare"
    SIGN = "sign"
    TAKE = "take"
    ACCEPT = "accept"
    TAKE_DECISION = "take_decision"
    REFUSE = "refuse"
    APPLY = "apply"
    WITHDRAW = "withdraw"
    CALL_OFF = "call_off"
    LAPSE = "lapse"


CLOSED = frozenset({State.DONE, State.REFUSED, State.WITHDRAWN, State.CALLED_OFF})
OPEN = frozenset(State) - CLOSED

CHANGES = Lifecycle(
    name="changes",
    title="Déclaration de changement",
    states=State,
    moves={
        Move.PREPARE: Edge(
            NEW,
            State.PENDING,
            by=DECLARERS,
            label="Préparer une déclaration",
            trace="{actor} a préparé la déclaration {subject} ({kind}) du service {service}",
        ),
        Move.SIGN: Edge(
            {State.PENDING},
            State.DECLARED,
            by=SIGNATORIES,
            label="Signer la déclaration",
            trace="{actor} a signé la déclaration {subject} ({kind}) : {level}",
            step_up=True,
        ),
        Move.TAKE: Edge(
            {State.DECLARED},
            State.UNDER_REVIEW,
            by={REVIEWER, MANAGER},
            label="Examiner",
            trace="{actor} examine la déclaration {subject}",
        ),
        Move.ACCEPT: Edge(
            {State.UNDER_REVIEW},
            State.ACCEPTED,
            by={REVIEWER, MANAGER},
            label="Accepter",
            trace="{actor} a accepté la déclaration {subject}, avec effet au {effective}",
        ),
        Move.TAKE_DECISION: Edge(
            {State.DECLARED, State.UNDER_REVIEW},
            State.ACCEPTED,
            by=SYSTEM,
            label="Recevoir la décision du comité",
            trace="{actor} a reporté sur la déclaration {subject} la décision favorable du comité",
        ),
        Move.REFUSE: Edge(
            {State.DECLARED, State.UNDER_REVIEW},
            State.REFUSED,
            by={REVIEWER, MANAGER, SYSTEM},
            label="Refuser",
            trace="{actor} a refusé la déclaration {subject} : {grounds}",
        ),
        Move.APPLY: Edge(
            {State.DECLARED, State.ACCEPTED},
            State.DONE,
            by={REVIEWER, MANAGER, SYSTEM},
            label="Appliquer",
            trace="{actor} a appliqué la déclaration {subject} : {done}",
        ),
        Move.WITHDRAW: Edge(
            {State.PENDING, State.DECLARED, State.UNDER_REVIEW},
            State.WITHDRAWN,
            by=MembershipRole.LEGAL_REPRESENTATIVE,
            label="Retirer la déclaration",
            trace="{actor} a retiré la déclaration {subject}",
        ),
        Move.CALL_OFF: Edge(
            {State.ACCEPTED},
            State.CALLED_OFF,
            by={MembershipRole.LEGAL_REPRESENTATIVE, REVIEWER, MANAGER},
            label="Annuler le changement accepté",
            trace="{actor} a annulé avant effet la déclaration {subject}, acceptée : {grounds}",
        ),
        Move.LAPSE: Edge(
            {State.PENDING, State.DECLARED, State.UNDER_REVIEW, State.ACCEPTED},
            State.WITHDRAWN,
            by=SYSTEM,
            label="Clore une déclaration sans objet",
            trace="{actor} a clos la déclaration {subject}, sans objet : {grounds}",
        ),
    },
)


class BreachState(LabelledEnum):
    """Where a breach case stands."""

    OPEN = "open", "Ouvert"
    AWAITING = "awaiting", "Mise en demeure"
    CLOSED = "closed", "Clos"


class BreachMove(LabelledEnum):
    """What happens to a breach case."""

    OPEN = "open"
    NOTIFY = "notify"
    OBSERVE = "observe"
    CONCLUDE = "conclude"
    DROP = "drop"


BREACHES = Lifecycle(
    name="breaches",
    title="Manquement",
    states=BreachState,
    moves={
        BreachMove.OPEN: Edge(
            NEW,
            BreachState.OPEN,
            by=WATCHERS,
            label="Ouvrir un dossier de manquement",
            trace="{actor} a ouvert le dossier de manquement {subject} ({ground}) sur l’habilitation {grant}",
        ),
        BreachMove.NOTIFY: Edge(
            {BreachState.OPEN},
            BreachState.AWAITING,
            by={MANAGER, SECURITY},
            label="Mettre en demeure",
            trace="{actor} a mis en demeure l’éditeur (dossier {subject}), réponse attendue le {deadline}",
            step_up=True,
        ),
        BreachMove.OBSERVE: Edge(
            {BreachState.AWAITING},
            SAME,
            by=ANSWERING,
            label="Présenter des observations",
            trace="{actor} a présenté des observations dans le dossier {subject}",
        ),
        BreachMove.CONCLUDE: Edge(
            {BreachState.AWAITING},
            BreachState.CLOSED,
            by={MANAGER, SECURITY},
            label="Conclure",
            trace="{actor} a conclu le dossier {subject} : {outcome}",
            step_up=True,
        ),
        BreachMove.DROP: Edge(
            {BreachState.OPEN, BreachState.AWAITING},
            BreachState.CLOSED,
            by={MANAGER, SECURITY},
            label="Classer sans suite",
            trace="{actor} a classé sans suite le dossier {subject}",
        ),
    },
)


class ConfirmationState(LabelledEnum):
    """Where a yearly confirmation stands; silence leaves it waiting, and takes nothing away."""

    AWAITING = "awaiting", "Attendue"
    CONFIRMED = "confirmed", "Confirmée"


class ConfirmationMove(LabelledEnum):
    """What happens to a yearly confirmation."""

    ASK = "ask"
    REMIND = "remind"
    CONFIRM = "confirm"


CONFIRMATIONS = Lifecycle(
    name="confirmations",
    title="Confirmation annuelle",
    states=ConfirmationState,
    moves={
        ConfirmationMove.ASK: Edge(
            NEW,
            ConfirmationState.AWAITING,
            by=SYSTEM,
            label="Demander la confirmation",
            trace="{actor} a demandé la confirmation annuelle {subject} de l’habilitation {grant}",
        ),
        ConfirmationMove.REMIND: Edge(
            {ConfirmationState.AWAITING},
            SAME,
            by=SYSTEM,
            label="Rappeler",
            trace="{actor} a rappelé la confirmation annuelle {subject} (rappel {number})",
        ),
        ConfirmationMove.CONFIRM: Edge(
            {ConfirmationState.AWAITING},
            ConfirmationState.CONFIRMED,
            by=SIGNATORIES,
            label="Confirmer",
            trace="{actor} a confirmé, pour l’année, contacts, adresse, certificats et établissements ({subject})",
            step_up=True,
        ),
    },
)
