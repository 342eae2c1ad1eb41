"""The moves of a candidacy: from the vendor's draft to the committee's answer.

A candidacy is the request, never the right: what the committee grants lives afterwards in `policy.grants`.
"""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import PREPARERS, MembershipRole

LEGAL_REPRESENTATIVE = MembershipRole.LEGAL_REPRESENTATIVE
REVIEWER = StaffRole.REVIEWER
SECRETARY = StaffRole.SECRETARY


class State(LabelledEnum):
    """Where a candidacy stands."""

    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "Déposée"
    UNDER_REVIEW = "under_review", "En instruction"
    RETURNED = "returned", "À compléter"
    COMPLETE = "complete", "Complète"
    DEFERRED = "deferred", "Ajournée"
    ADMITTED = "admitted", "Admise"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"


CLOSED = frozenset({State.ADMITTED, State.REFUSED, State.WITHDRAWN})
OPEN = frozenset(State) - CLOSED
EDITABLE = frozenset({State.DRAFT, State.RETURNED, State.DEFERRED})  # the vendor's turn


class Move(LabelledEnum):
    """What happens to a candidacy."""

    OPEN = "open"
    EDIT = "edit"
    SUBMIT = "submit"
    TAKE = "take"
    ASSESS = "assess"
    COMMENT = "comment"
    RETURN_TO_VENDOR = "return_to_vendor"
    ANSWER = "answer"
    DECLARE_COMPLETE = "declare_complete"
    ADMIT = "admit"
    DEFER = "defer"
    REFUSE = "refuse"
    WRITE = "write"
    WITHDRAW = "withdraw"


LIFECYCLE = Lifecycle(
    name="candidacies",
    title="Candidature",
    states=State,
    moves={
        Move.OPEN: Edge(
            NEW,
            State.DRAFT,
            by=PREPARERS,
            label="Ouvrir une candidature",
            trace="{actor} a ouvert la candidature {subject} du service {service} ({direction})",
        ),
        Move.EDIT: Edge(
            EDITABLE,
            SAME,
            by=PREPARERS,
            label="Modifier",
            trace="{actor} a modifié « {block} » dans la candidature {subject}",
        ),
        Move.SUBMIT: Edge(
            EDITABLE,
            State.SUBMITTED,
            by=LEGAL_REPRESENTATIVE,
            label="Déposer",
            trace="{actor} a déposé la candidature {subject} (version {number})",
            step_up=True,
        ),
        Move.TAKE: Edge(
            {State.SUBMITTED},
            State.UNDER_REVIEW,
            by=REVIEWER,
            label="Instruire",
            trace="{actor} a pris en charge l’instruction de la candidature {subject}",
        ),
        Move.ASSESS: Edge(
            {State.UNDER_REVIEW},
            SAME,
            by=REVIEWER,
            label="Répondre à la grille d’éligibilité",
            trace="{actor} a répondu à la grille d’éligibilité de la candidature {subject}",
        ),
        Move.COMMENT: Edge(
            {State.UNDER_REVIEW},
            SAME,
            by=REVIEWER,
            label="Commenter",
            trace="{actor} a commenté « {field} » dans la candidature {subject}",
        ),
        Move.RETURN_TO_VENDOR: Edge(
            {State.UNDER_REVIEW},
            State.RETURNED,
            by=REVIEWER,
            label="Demander des compléments",
            trace="{actor} a demandé des compléments sur la candidature {subject} ({count})",
        ),
        Move.ANSWER: Edge(
            {State.RETURNED},
            SAME,
            by=PREPARERS,
            label="Répondre",
            trace="{actor} a répondu au commentaire sur « {field} » de la candidature {subject}",
        ),
        Move.DECLARE_COMPLETE: Edge(
            {State.UNDER_REVIEW},
            State.COMPLETE,
            by=REVIEWER,
            label="Déclarer complète",
            trace="{actor} a déclaré complète la candidature {subject}",
        ),
        Move.ADMIT: Edge(
            {State.COMPLETE, State.DEFERRED},
            State.ADMITTED,
            by=SECRETARY,
            label="Admettre",
            trace="{actor} a enregistré l’admission de la candidature {subject}",
        ),
        Move.DEFER: Edge(
            {State.COMPLETE, State.DEFERRED},
            State.DEFERRED,
            by=SECRETARY,
            label="Ajourner",
            trace="{actor} a enregistré l’ajournement de la candidature {subject}",
        ),
        Move.REFUSE: Edge(
            {State.COMPLETE, State.DEFERRED},
            State.REFUSED,
            by=SECRETARY,
            label="Refuser",
            trace="{actor} a enregistré le refus de la candidature {subject}",
        ),
        Move.WRITE: Edge(
            frozenset(State) - {State.WITHDRAWN},
            SAME,
            by={*PREPARERS, REVIEWER, SECRETARY},
            label="Écrire un message",
            trace="{actor} a écrit un message sur la candidature {subject}",
        ),
        Move.WITHDRAW: Edge(
            OPEN,
            State.WITHDRAWN,
            by=LEGAL_REPRESENTATIVE,
            label="Retirer la candidature",
            trace="{actor} a retiré la candidature {subject}",
        ),
    },
)
