"""The moves of a measure: notified and answered before it is decided, or at once in an emergency and regularised after.

Two persons always: who opened it never decides it, who proposed to lift it never lifts it.
"""

from policy.grants.lifecycle import GUARDIANS
from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import MembershipRole

MANAGER = StaffRole.WHITELIST_MANAGER
GRANTERS = frozenset({StaffRole.SECRETARY, StaffRole.REGIONAL_AUTHORITY})  # whose decisions open and amend rights
ANSWERING = frozenset({MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE})


class State(LabelledEnum):
    """Where a measure stands."""

    NOTIFIED = "notified", "Envisagée, l’éditeur est entendu"
    EMERGENCY = "emergency", "En vigueur par urgence, à régulariser"
    IN_FORCE = "enforced", "En vigueur"
    LIFTED = "lifted", "Levée"
    DROPPED = "dropped", "Abandonnée"


class Move(LabelledEnum):
    """What happens to a measure."""

    OPEN = "open"
    CARRY_ON = "carry_on"
    OPEN_EMERGENCY = "open_emergency"
    NOTE_EMERGENCY = "note_emergency"
    OBSERVE = "observe"
    DECIDE = "decide"
    CONFIRM = "confirm"
    DROP = "drop"
    PROPOSE_LIFTING = "propose_lifting"
    KEEP = "keep"
    LIFT = "lift"
    NOTE_LIFTING = "note_lifting"
    GRANT_AGAIN = "grant_again"
    GRANT_IN_PART = "grant_in_part"
    REMIND = "remind"


LIVING = frozenset({State.NOTIFIED, State.EMERGENCY, State.IN_FORCE})
STANDING = frozenset({State.EMERGENCY, State.IN_FORCE})

SANCTIONS = Lifecycle(
    name="sanctions",
    title="La mesure",
    states=State,
    moves={
        Move.OPEN: Edge(
            NEW,
            State.NOTIFIED,
            by=GUARDIANS,
            label="Envisager une mesure",
            trace="{actor} a envisagé la mesure {subject} ({what}) sur l’habilitation {grant}, observations attendues "
            "le {due}",
            step_up=True,
        ),
        Move.CARRY_ON: Edge(
            NEW,
            State.NOTIFIED,
            by=GUARDIANS,
            label="Proposer la mesure d’un manquement",
            trace="{actor} a proposé la mesure {subject} ({what}) sur l’habilitation {grant}, après le manquement "
            "{source}",
            step_up=True,
        ),
        Move.OPEN_EMERGENCY: Edge(
            NEW,
            State.EMERGENCY,
            by=GUARDIANS,
            label="Suspendre en urgence",
            trace="{actor} a suspendu en urgence {what} sur l’habilitation {grant} (mesure {subject}) : {emergency}",
            step_up=True,
        ),
        Move.NOTE_EMERGENCY: Edge(
            NEW,
            State.EMERGENCY,
            by=SYSTEM,
            label="Ouvrir la régularisation d’une suspension",
            trace="{actor} a ouvert la mesure {subject} pour régulariser la suspension de l’inscription {entry}",
        ),
        Move.OBSERVE: Edge(
            {State.NOTIFIED, State.EMERGENCY},
            SAME,
            by=ANSWERING,
            label="Présenter des observations",
            trace="{actor} a présenté des observations sur la mesure {subject}",
        ),
        Move.DECIDE: Edge(
            {State.NOTIFIED},
            State.IN_FORCE,
            by=GUARDIANS,
            label="Décider la mesure",
            trace="{actor} a décidé la mesure {subject} ({what}), envisagée par {opener}",
            step_up=True,
        ),
        Move.CONFIRM: Edge(
            {State.EMERGENCY},
            State.IN_FORCE,
            by=GUARDIANS,
            label="Confirmer l’urgence",
            trace="{actor} a confirmé la mesure {subject}, prise en urgence par {opener}",
            step_up=True,
        ),
        Move.DROP: Edge(
            {State.NOTIFIED},
            State.DROPPED,
            by=GUARDIANS,
            label="Abandonner",
            trace="{actor} a abandonné la mesure {subject} : {conclusions}",
        ),
        Move.PROPOSE_LIFTING: Edge(
            STANDING,
            SAME,
            by=GUARDIANS,
            label="Proposer de lever la mesure",
            trace="{actor} a proposé de lever la mesure {subject} : {grounds}",
        ),
        Move.KEEP: Edge(
            STANDING,
            SAME,
            by=GUARDIANS,
            label="Maintenir la mesure",
            trace="{actor} a maintenu la mesure {subject} : {grounds}",
        ),
        Move.LIFT: Edge(
            STANDING,
            State.LIFTED,
            by=MANAGER,
            label="Lever la mesure",
            trace="{actor} a levé la mesure {subject}, sur proposition de {proposer}",
            step_up=True,
        ),
        Move.NOTE_LIFTING: Edge(
            STANDING,
            State.LIFTED,
            by=SYSTEM,
            label="Constater la fin de la mesure",
            trace="{actor} a constaté la fin de la mesure {subject} : {why}",
        ),
        Move.GRANT_AGAIN: Edge(
            {State.IN_FORCE},
            State.LIFTED,
            by=GRANTERS,
            label="Accorder de nouveau",
            trace="{actor} a accordé de nouveau {what} par la décision {decision} (habilitation {grant}) : le retrait "
            "{subject} prend fin",
        ),
        Move.GRANT_IN_PART: Edge(
            {State.IN_FORCE},
            SAME,
            by=GRANTERS,
            label="Accorder de nouveau en partie",
            trace="{actor} a accordé de nouveau {what} par la décision {decision} (habilitation {grant}) : le retrait "
            "{subject} demeure pour le reste",
        ),
        Move.REMIND: Edge(
            {State.EMERGENCY},
            SAME,
            by=SYSTEM,
            label="Rappeler la régularisation",
            trace="{actor} a rappelé que la mesure {subject} attend d’être régularisée",
        ),
    },
)
