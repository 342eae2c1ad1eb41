"""The moves of a session and of decisions; those of members are in `member_moves`.

A decision has one state only: it is recorded once and never changes; a correction is another decision citing it.
"""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle

SECRETARY, CHAIR, MEMBER = StaffRole.SECRETARY, StaffRole.CHAIR, StaffRole.MEMBER
REVIEWER, AUTHORITY = StaffRole.REVIEWER, StaffRole.REGIONAL_AUTHORITY
SUMMONED = "summoned"  # called to the session, by the summons itself: no staff role gives it


class Mode(LabelledEnum):
    """How the members meet."""

    MEETING = "meeting", "Séance"
    WRITTEN = "written", "Consultation écrite"


class SessionState(LabelledEnum):
    """Where a session stands."""

    PLANNED = "planned", "Prévue"
    CONVENED = "convened", "Convoquée"
    SITTING = "sitting", "En séance"
    AWAITING_VISA = "awaiting_visa", "Procès-verbal à viser"
    HELD = "held", "Tenue"


UNDER_WAY = frozenset({SessionState.PLANNED, SessionState.CONVENED, SessionState.SITTING})


class SessionMove(LabelledEnum):
    """What happens to a session."""

    PLAN = "plan"
    RESCHEDULE = "reschedule"
    ENTER = "enter"
    REMOVE = "remove"
    CONVENE = "convene"
    DECLARE = "declare"
    RECUSE = "recuse"
    ASK_PACK = "ask_pack"
    REMIND = "remind"
    OPEN = "open"
    CLOSE_BALLOT = "close_ballot"
    DRAFT_MINUTES = "draft_minutes"
    CLOSE = "close"
    SUBMIT_MINUTES = "submit_minutes"
    ENDORSE = "endorse"
    RELEASE = "release"


SESSIONS = Lifecycle(
    name="committee_sessions",
    title="Séance de comité",
    states=SessionState,
    moves={
        SessionMove.PLAN: Edge(
            NEW,
            SessionState.PLANNED,
            by=SECRETARY,
            label="Planifier une séance",
            trace="{actor} a planifié la séance {subject} du {held_on}",
        ),
        SessionMove.RESCHEDULE: Edge(
            {SessionState.PLANNED, SessionState.CONVENED},
            SAME,
            by=SECRETARY,
            label="Modifier la séance",
            trace="{actor} a modifié la séance {subject}, prévue le {held_on}",
        ),
        SessionMove.ENTER: Edge(
            {SessionState.PLANNED},
            SAME,
            by={SECRETARY, SYSTEM},
            label="Inscrire à l’ordre du jour",
            trace="{actor} a inscrit la candidature {candidacy} à l’ordre du jour de la séance {subject}",
        ),
        SessionMove.REMOVE: Edge(
            {SessionState.PLANNED},
            SAME,
            by=SECRETARY,
            label="Retirer de l’ordre du jour",
            trace="{actor} a retiré la candidature {candidacy} de l’ordre du jour de la séance {subject}",
        ),
        SessionMove.CONVENE: Edge(
            {SessionState.PLANNED},
            SessionState.CONVENED,
            by=SECRETARY,
            label="Convoquer la séance",
            trace="{actor} a convoqué {members} à la séance {subject} : l’ordre du jour est arrêté ({points})",
        ),
        SessionMove.DECLARE: Edge(
            {SessionState.CONVENED, SessionState.SITTING},
            SAME,
            by=SUMMONED,
            label="Déclarer mes liens d’intérêt",
            trace="{actor} a déclaré ses liens d’intérêt pour la séance {subject} ({recusals})",
        ),
        SessionMove.RECUSE: Edge(
            {SessionState.CONVENED, SessionState.SITTING},
            SAME,
            by={SUMMONED, SECRETARY},
            label="Se déporter",
            trace="{actor} a enregistré le déport de {member} sur la candidature {candidacy}, séance {subject}",
        ),
        SessionMove.ASK_PACK: Edge(
            {SessionState.CONVENED, SessionState.SITTING},
            SAME,
            by=SUMMONED,
            label="Préparer mon dossier de séance",
            trace="{actor} a demandé son dossier de la séance {subject}",
        ),
        SessionMove.REMIND: Edge(
            {SessionState.CONVENED},
            SAME,
            by={SECRETARY, SYSTEM},
            label="Rappeler les avis attendus",
            trace="{actor} a rappelé à {members} les avis attendus pour la séance {subject}",
        ),
        SessionMove.OPEN: Edge(
            {SessionState.CONVENED},
            SessionState.SITTING,
            by=SECRETARY,
            label="Ouvrir la séance",
            trace="{actor} a ouvert la séance {subject} : {present} présents, {voices} votants",
        ),
        SessionMove.CLOSE_BALLOT: Edge(
            {SessionState.SITTING},
            SAME,
            by=SECRETARY,
            label="Clore le vote",
            trace="{actor} a clos le vote sur la candidature {candidacy}, séance {subject}",
        ),
        SessionMove.DRAFT_MINUTES: Edge(
            {*UNDER_WAY, SessionState.AWAITING_VISA},
            SAME,
            by=SECRETARY,
            label="Rédiger le procès-verbal",
            trace="{actor} a rédigé le procès-verbal de la séance {subject}",
        ),
        SessionMove.CLOSE: Edge(
            UNDER_WAY,
            SessionState.HELD,
            by=SECRETARY,
            label="Clore la séance",
            trace="{actor} a clos la séance {subject} : le procès-verbal est établi",
        ),
        SessionMove.SUBMIT_MINUTES: Edge(
            UNDER_WAY,
            SessionState.AWAITING_VISA,
            by=SECRETARY,
            label="Clore et soumettre le procès-verbal au visa",
            trace="{actor} a clos la séance {subject} et soumis son procès-verbal au visa du président",
        ),
        SessionMove.ENDORSE: Edge(
            {SessionState.AWAITING_VISA},
            SessionState.HELD,
            by=CHAIR,
            label="Viser le procès-verbal",
            trace="{actor} a visé le procès-verbal de la séance {subject}",
            step_up=True,
        ),
        SessionMove.RELEASE: Edge(
            {SessionState.HELD},
            SAME,
            by=SECRETARY,
            label="Notifier toutes les décisions",
            trace="{actor} a levé l’embargo de la séance {subject} : {decisions}",
            step_up=True,
        ),
    },
)


class DecisionState(LabelledEnum):
    """The only state of a decision."""

    RECORDED = "recorded", "Rendue"


class DecisionMove(LabelledEnum):
    """How a decision comes into being: at its point, in a regional space, or to correct a former one."""

    RECORD = "record"
    DECIDE_REGIONALLY = "decide_regionally"
    CORRECT = "correct"


DECISIONS = Lifecycle(
    name="decisions",
    title="Décision",
    states=DecisionState,
    moves={
        DecisionMove.RECORD: Edge(
            NEW,
            DecisionState.RECORDED,
            by=SECRETARY,
            label="Enregistrer la décision",
            trace="{actor} a enregistré la décision {subject} sur la candidature {candidacy} : {outcome}, {profiles}",
            step_up=True,
        ),
        DecisionMove.DECIDE_REGIONALLY: Edge(
            NEW,
            DecisionState.RECORDED,
            by=AUTHORITY,
            label="Décider pour la région",
            trace="{actor} a rendu la décision régionale {subject} sur la candidature {candidacy} : {outcome}, "
            "{profiles}",
            step_up=True,
        ),
        DecisionMove.CORRECT: Edge(
            NEW,
            DecisionState.RECORDED,
            by={SECRETARY, AUTHORITY},
            label="Rectifier la décision",
            trace="{actor} a enregistré la décision {subject}, qui rectifie {former} : {outcome}, {profiles}",
            step_up=True,
        ),
    },
)


class ProposalState(LabelledEnum):
    """Where a regional decision that asks for two persons stands."""

    PROPOSED = "proposed", "À confirmer"
    CONFIRMED = "confirmed", "Confirmée"
    SET_ASIDE = "set_aside", "Écartée"


class ProposalMove(LabelledEnum):
    """What two persons of a regional authority do with a decision."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    SET_ASIDE = "set_aside"


PROPOSALS = Lifecycle(
    name="regional_proposals",
    title="Décision régionale proposée",
    states=ProposalState,
    moves={
        ProposalMove.PROPOSE: Edge(
            NEW,
            ProposalState.PROPOSED,
            by=AUTHORITY,
            label="Proposer la décision",
            trace="{actor} a proposé une décision régionale sur la candidature {candidacy} : {outcome}",
            step_up=True,
        ),
        ProposalMove.CONFIRM: Edge(
            {ProposalState.PROPOSED},
            ProposalState.CONFIRMED,
            by=AUTHORITY,
            label="Confirmer la décision",
            trace="{actor} a confirmé la décision régionale proposée sur la candidature {candidacy} par {proposer}",
            step_up=True,
        ),
        ProposalMove.SET_ASIDE: Edge(
            {ProposalState.PROPOSED},
            ProposalState.SET_ASIDE,
            by=AUTHORITY,
            label="Écarter la proposition",
            trace="{actor} a écarté la décision régionale proposée sur la candidature {candidacy}",
        ),
    },
)


class ReservationState(LabelledEnum):
    """Whether a reservation still stands."""

    OPEN = "open", "À lever"
    LIFTED = "lifted", "Levée"


class ReservationMove(LabelledEnum):
    """What happens to a reservation."""

    MAKE = "make"
    REMIND = "remind"
    LIFT = "lift"


RESERVATIONS = Lifecycle(
    name="reservations",
    title="Réserve",
    states=ReservationState,
    moves={
        ReservationMove.MAKE: Edge(
            NEW,
            ReservationState.OPEN,
            by={SECRETARY, AUTHORITY, SYSTEM},
            label="Émettre la réserve",
            trace="{actor} a émis la réserve {subject} de la décision {decision} : {terms}",
        ),
        ReservationMove.REMIND: Edge(
            {ReservationState.OPEN},
            SAME,
            by=SYSTEM,
            label="Rappeler la réserve",
            trace="L’échéance de la réserve {subject} a été rappelée au titulaire",
        ),
        ReservationMove.LIFT: Edge(
            {ReservationState.OPEN},
            ReservationState.LIFTED,
            by={REVIEWER, SECRETARY, AUTHORITY},
            label="Lever la réserve",
            trace="{actor} a levé la réserve {subject} : {evidence}",
        ),
    },
)
