"""The moves of a session and of a decision.

A decision has one state only: it is recorded once and never changes; a correction is another decision citing it.
"""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle

SECRETARY = StaffRole.SECRETARY


class SessionState(LabelledEnum):
    """Where a session stands."""

    PLANNED = "planned", "Prévue"
    HELD = "held", "Tenue"


class SessionMove(LabelledEnum):
    """What the secretary does with a session."""

    PLAN = "plan"
    RESCHEDULE = "reschedule"
    ENTER = "enter"
    REMOVE = "remove"
    DRAFT_MINUTES = "draft_minutes"
    CLOSE = "close"


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
            {SessionState.PLANNED},
            SAME,
            by=SECRETARY,
            label="Modifier la séance",
            trace="{actor} a modifié la séance {subject}, prévue le {held_on}",
        ),
        SessionMove.ENTER: Edge(
            {SessionState.PLANNED},
            SAME,
            by=SECRETARY,
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
        SessionMove.DRAFT_MINUTES: Edge(
            {SessionState.PLANNED},
            SAME,
            by=SECRETARY,
            label="Rédiger le procès-verbal",
            trace="{actor} a rédigé le procès-verbal de la séance {subject}",
        ),
        SessionMove.CLOSE: Edge(
            {SessionState.PLANNED},
            SessionState.HELD,
            by=SECRETARY,
            label="Clore la séance",
            trace="{actor} a clos la séance {subject} : le procès-verbal est établi",
        ),
    },
)


class DecisionState(LabelledEnum):
    """The only state of a decision."""

    RECORDED = "recorded", "Rendue"


class DecisionMove(LabelledEnum):
    """How a decision comes into being: at its point of the agenda, or to correct a former one."""

    RECORD = "record"
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
        DecisionMove.CORRECT: Edge(
            NEW,
            DecisionState.RECORDED,
            by=SECRETARY,
            label="Rectifier la décision",
            trace="{actor} a enregistré la décision {subject}, qui rectifie {former} : {outcome}, {profiles}",
            step_up=True,
        ),
    },
)
