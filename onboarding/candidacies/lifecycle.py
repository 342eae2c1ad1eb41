"""The moves of a candidacy: from the vendor's draft to the committee's answer.

A candidacy is the request, never the right: what the committee grants lives afterwards in `policy.grants`.
"""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import PREPARERS, SIGNATORIES, MembershipRole

LEGAL_REPRESENTATIVE = MembershipRole.LEGAL_REPRESENTATIVE
REVIEWER = StaffRole.REVIEWER
SECRETARY = StaffRole.SECRETARY
REVIEWERS = frozenset({REVIEWER, StaffRole.REGIONAL_AUTHORITY})  # each authority for its own regional space
DECIDERS = frozenset({SECRETARY, StaffRole.REGIONAL_AUTHORITY})


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
    ABANDONED = "abandoned", "Abandonnée"


CLOSED = frozenset({State.ADMITTED, State.REFUSED, State.WITHDRAWN, State.ABANDONED})
OPEN = frozenset(State) - CLOSED
DECIDABLE = frozenset({State.COMPLETE, State.DEFERRED})  # what a committee may decide
EDITABLE = frozenset({State.DRAFT, State.RETURNED, State.DEFERRED})  # the vendor's turn
AGENCY_TURN = frozenset({State.SUBMITTED, State.UNDER_REVIEW, State.COMPLETE})


class Move(LabelledEnum):
    """What happens to a candidacy."""

    OPEN = "open"
    REGISTER = "register"
    PROPOSE = "propose"
    EDIT = "edit"
    SUBMIT = "submit"
    TAKE = "take"
    ASSIGN = "assign"
    ASSESS = "assess"
    COMMENT = "comment"
    RETURN_TO_VENDOR = "return_to_vendor"
    ANSWER = "answer"
    DECLARE_COMPLETE = "declare_complete"
    ADMIT = "admit"
    DEFER = "defer"
    REFUSE = "refuse"
    WRITE = "write"
    JOIN = "join"
    TAKE_AWAY = "take_away"
    KEEP_CONFIDENTIAL = "keep_confidential"
    OPEN_READING = "open_reading"
    CLOSE_READING = "close_reading"
    WITHDRAW = "withdraw"
    REPLACE_CONTACT = "replace_contact"
    WARN = "warn"
    ABANDON = "abandon"
    END = "end"


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
        Move.PROPOSE: Edge(
            NEW,
            State.DRAFT,
            by=SYSTEM,
            label="Proposer un brouillon",
            trace="Le jeton {token} a proposé le brouillon {subject} pour le service {service} ({direction})",
        ),
        Move.REGISTER: Edge(
            NEW,
            State.SUBMITTED,
            by=REVIEWER,
            label="Enregistrer une demande reçue sur papier",
            trace="{actor} a enregistré, pour le compte de {signer}, la candidature {subject} du service {service} "
            "reçue sur papier le {received}",
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
            by=SIGNATORIES,
            label="Déposer",
            trace="{actor} a déposé la candidature {subject} (version {number})",
            step_up=True,
        ),
        Move.TAKE: Edge(
            {State.SUBMITTED},
            State.UNDER_REVIEW,
            by=REVIEWERS,
            label="Instruire",
            trace="{actor} a pris en charge l’instruction de la candidature {subject}",
        ),
        Move.ASSIGN: Edge(
            AGENCY_TURN | {State.RETURNED, State.DEFERRED},
            SAME,
            by=REVIEWERS | {SECRETARY},
            label="Attribuer",
            trace="{actor} a confié la candidature {subject} à {reviewer}",
        ),
        Move.ASSESS: Edge(
            {State.UNDER_REVIEW},
            SAME,
            by=REVIEWERS,
            label="Répondre à la grille d’éligibilité",
            trace="{actor} a répondu à la grille d’éligibilité de la candidature {subject}",
        ),
        Move.COMMENT: Edge(
            {State.UNDER_REVIEW},
            SAME,
            by=REVIEWERS,
            label="Commenter",
            trace="{actor} a commenté « {field} » dans la candidature {subject}",
        ),
        Move.RETURN_TO_VENDOR: Edge(
            {State.UNDER_REVIEW},
            State.RETURNED,
            by=REVIEWERS,
            label="Demander des compléments",
            trace="{actor} a demandé des compléments sur la candidature {subject} ({count})",
        ),
        Move.ANSWER: Edge(
            {State.RETURNED, State.DEFERRED},
            SAME,
            by=PREPARERS,
            label="Répondre",
            trace="{actor} a répondu au commentaire sur « {field} » de la candidature {subject}",
        ),
        Move.DECLARE_COMPLETE: Edge(
            {State.UNDER_REVIEW},
            State.COMPLETE,
            by=REVIEWERS,
            label="Déclarer complète",
            trace="{actor} a déclaré complète la candidature {subject}",
        ),
        Move.ADMIT: Edge(
            DECIDABLE,
            State.ADMITTED,
            by=DECIDERS,
            label="Admettre",
            trace="{actor} a enregistré l’admission de la candidature {subject}",
        ),
        Move.DEFER: Edge(
            DECIDABLE,
            State.DEFERRED,
            by=DECIDERS,
            label="Ajourner",
            trace="{actor} a enregistré l’ajournement de la candidature {subject}",
        ),
        Move.REFUSE: Edge(
            DECIDABLE,
            State.REFUSED,
            by=DECIDERS,
            label="Refuser",
            trace="{actor} a enregistré le refus de la candidature {subject}",
        ),
        Move.WRITE: Edge(
            frozenset(State) - {State.WITHDRAWN, State.ABANDONED},
            SAME,
            by={*PREPARERS, *REVIEWERS, SECRETARY},
            label="Écrire un message",
            trace="{actor} a écrit un message sur la candidature {subject}",
        ),
        Move.JOIN: Edge(
            EDITABLE,
            SAME,
            by=PREPARERS,
            label="Joindre une pièce",
            trace="{actor} a joint la pièce n° {number} à la candidature {subject}",
        ),
        Move.TAKE_AWAY: Edge(
            EDITABLE,
            SAME,
            by=PREPARERS,
            label="Retirer une pièce",
            trace="{actor} a retiré la pièce n° {number} de la candidature {subject}",
        ),
        Move.KEEP_CONFIDENTIAL: Edge(
            EDITABLE,
            SAME,
            by=PREPARERS,
            label="Choisir ce qui est confidentiel",
            trace="{actor} a changé ce qui est confidentiel dans la candidature {subject} : {fields}",
        ),
        Move.OPEN_READING: Edge(
            {State.COMPLETE, State.DEFERRED},
            SAME,
            by={SECRETARY, SYSTEM},
            label="Ouvrir la lecture à un membre du comité",
            trace="{actor} a ouvert à {reader} ce qui est confidentiel dans la candidature {subject}",
        ),
        Move.CLOSE_READING: Edge(
            frozenset(State),
            SAME,
            by={SECRETARY, SYSTEM},
            label="Fermer la lecture aux membres du comité",
            trace="{actor} a fermé aux membres du comité ce qui est confidentiel dans la candidature {subject}",
        ),
        Move.REPLACE_CONTACT: Edge(
            OPEN | {State.ADMITTED},
            SAME,
            by=SYSTEM,
            label="Remplacer un contact parti",
            trace="{actor} a remplacé {leaver}, parti de l’organisme, par {successor} comme contact {roles} "
            "de {subject}",
        ),
        Move.WARN: Edge(
            {State.DRAFT},
            SAME,
            by=SYSTEM,
            label="Avertir d’un brouillon abandonné",
            trace="Le portail a averti que le brouillon {subject} serait clos le {closing_date}",
        ),
        Move.ABANDON: Edge(
            {State.DRAFT},
            State.ABANDONED,
            by=SYSTEM,
            label="Clore un brouillon abandonné",
            trace="Le portail a clos le brouillon {subject}, abandonné depuis le {since}",
        ),
        Move.WITHDRAW: Edge(
            OPEN,
            State.WITHDRAWN,
            by=LEGAL_REPRESENTATIVE,
            label="Retirer la candidature",
            trace="{actor} a retiré la candidature {subject}",
        ),
        Move.END: Edge(
            OPEN,
            State.WITHDRAWN,
            by={StaffRole.WHITELIST_MANAGER, SYSTEM},
            label="Clore à la fin du service",
            trace="{actor} a clos la candidature {subject} : son service a pris fin ({change})",
        ),
    },
)
