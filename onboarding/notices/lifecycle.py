"""Three short lives: a notice of the agency, its reading by a legal entity, a malfunction reported by a vendor."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import PREPARERS


class NoticeState(LabelledEnum):
    """Where a notice stands."""

    DRAFT = "draft", "Brouillon"
    PUBLISHED = "published", "Publiée"
    ENDED = "ended", "Terminée"
    DROPPED = "dropped", "Abandonnée"


class NoticeMove(LabelledEnum):
    """What happens to a notice."""

    WRITE = "write"
    EDIT = "edit"
    PUBLISH = "publish"
    CATCH_UP = "catch_up"
    FOLLOW_UP = "follow_up"
    END = "end"
    DROP = "drop"


HERALDS = frozenset({StaffRole.ADMINISTRATOR, StaffRole.REVIEWER, StaffRole.SECURITY_OFFICER})
NOTICES = Lifecycle(
    name="notices",
    title="Annonce",
    states=NoticeState,
    moves={
        NoticeMove.WRITE: Edge(
            NEW, NoticeState.DRAFT, by=HERALDS, label="Écrire", trace="{actor} a écrit l’annonce {subject}, « {title} »"
        ),
        NoticeMove.EDIT: Edge(
            {NoticeState.DRAFT},
            SAME,
            by=HERALDS,
            label="Modifier",
            trace="{actor} a modifié l’annonce {subject}, « {title} »",
        ),
        NoticeMove.PUBLISH: Edge(
            {NoticeState.DRAFT},
            NoticeState.PUBLISHED,
            by=HERALDS,
            label="Publier",
            trace="{actor} a publié l’annonce {subject} : « {title} », {count} organismes informés",
        ),
        NoticeMove.CATCH_UP: Edge(
            {NoticeState.PUBLISHED},
            SAME,
            by=SYSTEM,
            label="Informer les nouveaux venus",
            trace="{actor} a informé de l’annonce {subject} ceux qu’elle concerne depuis sa publication ({count})",
        ),
        NoticeMove.FOLLOW_UP: Edge(
            {NoticeState.PUBLISHED},
            SAME,
            by=HERALDS,
            label="Donner une suite",
            trace="{actor} a donné une suite à l’annonce {subject}",
        ),
        NoticeMove.END: Edge(
            {NoticeState.PUBLISHED},
            NoticeState.ENDED,
            by=HERALDS | {SYSTEM},
            label="Terminer",
            trace="{actor} a mis fin à l’annonce {subject}",
        ),
        NoticeMove.DROP: Edge(
            {NoticeState.DRAFT},
            NoticeState.DROPPED,
            by=HERALDS,
            label="Abandonner le brouillon",
            trace="{actor} a abandonné le brouillon de l’annonce {subject}",
        ),
    },
)


class ReadingState(LabelledEnum):
    """Whether a legal entity said that it read a notice."""

    TOLD = "told", "Informé"
    ACKNOWLEDGED = "acknowledged", "Lecture confirmée"


class ReadingMove(LabelledEnum):
    """What happens to a reading."""

    REMIND = "remind"
    ACKNOWLEDGE = "acknowledge"


READINGS = Lifecycle(
    name="notice_readings",
    title="Lecture d’une annonce",
    states=ReadingState,
    moves={
        ReadingMove.REMIND: Edge(
            {ReadingState.TOLD},
            SAME,
            by=SYSTEM,
            label="Relancer",
            trace="{actor} a relancé {entity} pour la lecture de l’annonce {notice}",
        ),
        ReadingMove.ACKNOWLEDGE: Edge(
            {ReadingState.TOLD},
            ReadingState.ACKNOWLEDGED,
            by=PREPARERS,
            label="Confirmer que j’ai lu",
            trace="{actor} a confirmé pour {entity} avoir lu l’annonce {notice}",
        ),
    },
)


class ReportState(LabelledEnum):
    """Where a malfunction report stands."""

    REPORTED = "reported", "Signalé"
    IN_PROGRESS = "in_progress", "En cours d’analyse"
    ANSWERED = "answered", "Répondu"
    CLOSED = "closed", "Clos"


class ReportMove(LabelledEnum):
    """What happens to a report."""

    REPORT = "report"
    TAKE = "take"
    ANSWER = "answer"
    REPLY = "reply"
    CLOSE = "close"


OPEN_REPORTS = frozenset({ReportState.REPORTED, ReportState.IN_PROGRESS, ReportState.ANSWERED})
ANALYSTS = frozenset(
    {
        StaffRole.ADMINISTRATOR,
        StaffRole.REVIEWER,
        StaffRole.SECURITY_OFFICER,
        StaffRole.TEST_VERIFIER,
        StaffRole.WHITELIST_MANAGER,
    }
)
REPORTS = Lifecycle(
    name="reports",
    title="Signalement",
    states=ReportState,
    moves={
        ReportMove.REPORT: Edge(
            NEW,
            ReportState.REPORTED,
            by=PREPARERS,
            label="Signaler un dysfonctionnement",
            trace="{actor} a signalé un dysfonctionnement pour {service} : « {title} » ({subject})",
        ),
        ReportMove.TAKE: Edge(
            {ReportState.REPORTED},
            ReportState.IN_PROGRESS,
            by=ANALYSTS,
            label="Prendre en charge",
            trace="{actor} a pris en charge le signalement {subject}",
        ),
        ReportMove.ANSWER: Edge(
            {ReportState.REPORTED, ReportState.IN_PROGRESS, ReportState.ANSWERED},
            ReportState.ANSWERED,
            by=ANALYSTS,
            label="Répondre",
            trace="{actor} a répondu au signalement {subject}",
        ),
        ReportMove.REPLY: Edge(
            {ReportState.ANSWERED, ReportState.IN_PROGRESS},
            ReportState.IN_PROGRESS,
            by=PREPARERS,
            label="Compléter",
            trace="{actor} a complété le signalement {subject}",
        ),
        ReportMove.CLOSE: Edge(
            OPEN_REPORTS,
            ReportState.CLOSED,
            by=ANALYSTS | PREPARERS,
            label="Clore",
            trace="{actor} a clos le signalement {subject}",
        ),
    },
)
