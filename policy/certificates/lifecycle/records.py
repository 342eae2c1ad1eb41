"""What the clock and vendors do once: rounds of checks, deposits of several certificates; reviews, which may resume."""

from enum import StrEnum

from portal.lifecycle.table import NEW, SYSTEM, Edge, LabelledEnum, Lifecycle

from .roles import DECLARANTS


class RecordState(LabelledEnum):
    """What was done once and never changes: a run of checks, a deposit of several certificates."""

    RECORDED = "recorded", "Enregistré"


class RecordMove(StrEnum):
    """The only move of what never changes."""

    RECORD = "record"


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


class ReviewState(LabelledEnum):
    """Where a review of all certificates stands; one that was interrupted goes on from where it was."""

    UNDER_WAY = "under_way", "En cours"
    RECORDED = "recorded", "Enregistré"


class ReviewMove(StrEnum):
    """The moves of a review."""

    BEGIN = "begin"
    RECORD = "record"


REVIEWS = Lifecycle(
    name="certificate_reviews",
    title="Revue des certificats",
    states=ReviewState,
    moves={
        ReviewMove.BEGIN: Edge(
            NEW,
            ReviewState.UNDER_WAY,
            by=SYSTEM,
            label="Commencer la relecture",
            trace="Le portail a commencé à relire les certificats",
        ),
        ReviewMove.RECORD: Edge(
            {ReviewState.UNDER_WAY},
            ReviewState.RECORDED,
            by=SYSTEM,
            label="Relire les certificats",
            trace="Le portail a relu {count} certificats{judged}, dont {faulty} à corriger",
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
