"""The words of a journey: what a step is, where it stands, whose turn it is."""

from dataclasses import dataclass
from datetime import date

from onboarding.desk.facts import UNKNOWN, Act, Proof
from portal.lifecycle.table import LabelledEnum


class Key(LabelledEnum):
    """The steps of a service's whole life, in order."""

    CLAIM = "claim", "Rattachement de la personne morale"
    SERVICE = "service", "Description du service"
    CANDIDACY = "candidacy", "Candidature"
    LIST = "list", "Liste des établissements"
    CHARTER = "charter", "Signature de la charte"
    DEPOSIT = "deposit", "Dépôt de la candidature"
    REVIEW = "review", "Instruction"
    COMMITTEE = "committee", "Comité"
    NOTIFICATION = "notification", "Notification de la décision"
    MEMBERSHIP = "membership", "Contrat d’adhésion avec l’ANS"
    CARD = "card", "Carte de représentant légal"
    CPA_CARDS = "cpa-cards", "Cartes CPA des administrateurs techniques"
    ADMINISTRATORS = "administrators", "Désignation des administrateurs techniques"
    TEST_MEANS = "test-means", "Cartes et certificats de test"
    TEST_CERTIFICATE = "test-certificate", "Certificat de test"
    SANDBOX = "sandbox", "Accès au bac à sable"
    TESTS = "tests", "Tests"
    VERIFICATION = "verification", "Vérification des tests"
    RETRIEVAL = "retrieval", "Retrait des certificats sur IGC-Santé"
    PRODUCTION_PIECES = "production-pieces", "Certificat et URL de production"
    LIST_CONFIRMED = "list-confirmed", "Confirmation de la liste des établissements"
    ATTESTATION = "attestation", "Attestation du commanditaire"
    WHITELIST = "whitelist", "Inscription en liste blanche"
    PUBLICATION = "publication", "Publication aux passerelles"
    PRODUCTION = "production", "En production"


class Standing(LabelledEnum):
    """Where a step stands."""

    DONE = "done", "Terminé"
    OPEN = "open", "En cours"
    REDO = "redo", "À reprendre"
    STOPPED = "stopped", "Arrêté"
    FUTURE = "future", "À venir"
    NOT_NEEDED = "not-needed", "Sans objet"
    PARALLEL = "parallel", "À mener en parallèle"
    OPTIONAL = "optional", "Facultatif"

    @property
    def is_present(self) -> bool:
        """Whether something is going on, or stuck, at this step."""
        return self in PRESENT

    @property
    def is_beside(self) -> bool:
        """Whether the step may be done meanwhile, and holds nothing up."""
        return self in BESIDE


BESIDE = frozenset({Standing.PARALLEL, Standing.OPTIONAL})  # may be done meanwhile, and holds nothing up
PRESENT = frozenset({Standing.OPEN, Standing.REDO, Standing.STOPPED})


class Turn(LabelledEnum):
    """Who must act next."""

    VENDOR = "vendor", "Éditeur"
    AGENCY = "agency", "Agence"
    NOBODY = "nobody", "Personne : le portail poursuit"


@dataclass(frozen=True, slots=True)
class NextAct:
    """The act that moves a step forward, and the page where it is done."""

    label: str
    url_name: str
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a step's own facts say, whatever the steps before it. `standing` is set only when unusual."""

    done: bool
    note: str = ""
    act: Act = UNKNOWN
    proofs: tuple[Proof, ...] = ()
    next_act: NextAct | None = None
    turn: Turn | None = None
    due: date | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is shown: title, standing, who acts, when it was or must be done, its proofs and its next act.

    `who` words the ordinary actor; `roles` are those whose holders may do the next act.
    """

    key: Key
    title: str
    standing: Standing
    turn: Turn
    who: str
    roles: frozenset[str]
    note: str
    act: Act
    proofs: tuple[Proof, ...]
    next_act: NextAct | None
    due: date | None
