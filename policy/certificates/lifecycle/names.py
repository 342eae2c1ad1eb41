"""What may be done with names: announcing one before its certificate, freeing one that a service holds."""

from enum import StrEnum

from portal.lifecycle.table import NEW, SYSTEM, Edge, LabelledEnum, Lifecycle

from .roles import DECLARANTS, KEEPERS, TAKERS


class NameState(LabelledEnum):
    """Where a name declared without its certificate stands."""

    DECLARED = "declared", "Non vérifié"
    CONFIRMED = "confirmed", "Vérifié : certificat vu"
    WITHDRAWN = "withdrawn", "Abandonné"


class NameMove(StrEnum):
    """The moves of a name declared without its certificate."""

    DECLARE = "declare"
    TAKE_OVER = "take_over"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


NAMES = Lifecycle(
    name="declared_names",
    title="Nom déclaré sans certificat",
    states=NameState,
    moves={
        NameMove.DECLARE: Edge(
            NEW,
            NameState.DECLARED,
            by=DECLARANTS,
            label="Déclarer un nom sans certificat",
            trace="{actor} a déclaré le nom {subject} du service {service}, sans son certificat",
        ),
        NameMove.TAKE_OVER: Edge(
            NEW,
            NameState.DECLARED,
            by=TAKERS,
            label="Reprendre un nom sans certificat",
            trace="{actor} a repris le nom {subject} du service {service}, sans son certificat : {source}",
        ),
        NameMove.CONFIRM: Edge(
            {NameState.DECLARED},
            NameState.CONFIRMED,
            by=DECLARANTS,
            label="Confirmer par un certificat",
            trace="{actor} a confirmé le nom {subject} du service {service} en déclarant son certificat",
        ),
        NameMove.WITHDRAW: Edge(
            {NameState.DECLARED},
            NameState.WITHDRAWN,
            by=DECLARANTS | {SYSTEM},
            label="Abandonner ce nom",
            trace="{actor} a abandonné le nom {subject} du service {service}",
        ),
    },
)


class HoldingState(LabelledEnum):
    """Where the hold of a service on a name stands."""

    HELD = "held", "Rattaché"
    LEAVING = "leaving", "Rattaché, libération proposée"
    RELEASED = "released", "Libéré"


class HoldingMove(StrEnum):
    """The moves of a hold on a name."""

    PROPOSE_RELEASE = "propose_release"
    KEEP = "keep"
    RELEASE = "release"


HOLDINGS = Lifecycle(
    name="name_holdings",
    title="Rattachement d’un nom",
    states=HoldingState,
    moves={
        HoldingMove.PROPOSE_RELEASE: Edge(
            {HoldingState.HELD},
            HoldingState.LEAVING,
            by=KEEPERS,
            label="Proposer de libérer ce nom",
            trace="{actor} a proposé de libérer un nom de certificat du service {service} ({environment}) : {grounds}",
        ),
        HoldingMove.KEEP: Edge(
            {HoldingState.LEAVING},
            HoldingState.HELD,
            by=KEEPERS,
            label="Garder le rattachement",
            trace="{actor} a gardé le rattachement d’un nom de certificat au service {service} ({environment})",
        ),
        HoldingMove.RELEASE: Edge(
            {HoldingState.LEAVING},
            HoldingState.RELEASED,
            by=KEEPERS,
            label="Libérer ce nom",
            trace="{actor} a libéré un nom de certificat du service {service} ({environment}) : {grounds}",
            step_up=True,
        ),
    },
)
