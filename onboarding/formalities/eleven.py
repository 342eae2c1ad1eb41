"""The eleven steps of connection as a table: per direction, format and profile, who acts and whether it is needed.

Settled question 14. Sources: steps of connection to the ROR (2023) for the numbering; G_NIUS, supplier and consumer
courses, for what changed since (F414 beside the request, sandbox in place of PLATINES).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from onboarding.formalities.kinds import Formality
from policy.grants.direction import Direction
from portal.lifecycle.table import LabelledEnum
from portal.reference.retrieval import ExchangeFormat


class Mode(LabelledEnum):
    """Whether a step is needed."""

    NEEDED = "needed", "Nécessaire"
    OPTIONAL = "optional", "Facultative"
    PARALLEL = "parallel", "En parallèle"
    SKIPPED = "skipped", "Sans objet"


@dataclass(frozen=True, slots=True)
class Case:
    """For whom a step is so: a blank criterion matches anything, the first case that matches holds."""

    mode: Mode
    condition: str
    direction: Direction | None = None
    format: ExchangeFormat | None = None
    without_certificate: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A step: its number (« 4 bis »), title, actor, cases, source; `formality` when it is done outside the portal."""

    number: str
    title: str
    actor: str
    cases: tuple[Case, ...]
    source: str
    formality: Formality | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A step as it stands for one service."""

    row: Row
    mode: Mode
    condition: str


VENDOR, REPRESENTATIVE, AGENCY = "l’éditeur", "le représentant légal", "l’ANS"
ADMINISTRATOR = "un administrateur technique"
STEPS, SUPPLIER = "Étapes de connexion au ROR (2023)", "G_NIUS, parcours fournisseur"
COURSES = "G_NIUS, parcours fournisseur et consommateur"
FEEDING, CONSUMPTION = Direction.FEEDING, Direction.CONSUMPTION
_NO_CERTIFICATE = Case(Mode.SKIPPED, "Le profil 0 se connecte sans certificat.", without_certificate=True)


def _needed(condition: str, direction: Direction | None = None, format: ExchangeFormat | None = None) -> Case:
    return Case(Mode.NEEDED, condition, direction, format)


ROWS = (
    Row("1", "Je connais le ROR et ses données", VENDOR, (_needed("Pour tous."),), STEPS),
    Row(
        "2",
        "Je choisis comment récupérer les données",
        VENDOR,
        (
            Case(Mode.SKIPPED, "Un service qui alimente écrit, il ne récupère rien.", FEEDING),
            _needed("Les fichiers ouverts de chaque semaine suffisent parfois : rien d’autre n’est alors à faire."),
        ),
        STEPS,
    ),
    Row(
        "3",
        "Je choisis les services web",
        VENDOR,
        (
            Case(Mode.SKIPPED, "Un service qui alimente suit le guide d’alimentation.", FEEDING),
            _needed("Trois cas en CSD, sans disponibilité en lits.", CONSUMPTION, ExchangeFormat.CSD),
            _needed("Recherche ou extraction complète en FHIR.", CONSUMPTION),
        ),
        STEPS,
    ),
    Row(
        "4",
        "Je dépose la demande d’intégration",
        REPRESENTATIVE,
        (
            _needed("Avec la liste des établissements et la charte d’alimentation.", FEEDING),
            _needed("Avec la charte d’accès et de consommation.", CONSUMPTION),
        ),
        COURSES,
    ),
    Row(
        "4 bis",
        "Je commande les cartes et certificats de test (F414)",
        REPRESENTATIVE,
        (_NO_CERTIFICATE, Case(Mode.PARALLEL, "Pendant l’instruction ; inutile si vous avez déjà une carte de test.")),
        COURSES,
        Formality.TEST_MEANS,
    ),
    Row(
        "5",
        "Je signe le contrat d’adhésion",
        REPRESENTATIVE,
        (_NO_CERTIFICATE, _needed("Une fois pour la personne morale ; il vaut pour tous ses services.")),
        COURSES,
        Formality.MEMBERSHIP,
    ),
    Row(
        "5 bis",
        "Je demande la carte de représentant légal (F101)",
        REPRESENTATIVE,
        (
            _NO_CERTIFICATE,
            _needed("Avec un contrat mais sans carte : F101. Sans contrat : le contrat vaut déclaration."),
        ),
        COURSES,
        Formality.CARD,
    ),
    Row(
        "6",
        "Je commande des cartes CPA",
        REPRESENTATIVE,
        (_NO_CERTIFICATE, Case(Mode.OPTIONAL, "Seulement si un administrateur technique n’a aucune carte CPx.")),
        STEPS,
        Formality.CPA_CARDS,
    ),
    Row(
        "7",
        "Je désigne les administrateurs techniques (F413)",
        REPRESENTATIVE,
        (_NO_CERTIFICATE, _needed("Par le F413 ou sur mesHabilitations ; seul, il se désigne lui-même.")),
        STEPS,
        Formality.ADMINISTRATORS,
    ),
    Row(
        "8",
        "Je retire les certificats sur la plateforme IGC-Santé",
        ADMINISTRATOR,
        (
            _NO_CERTIFICATE,
            _needed("Vous transmettez la clé publique du certificat.", CONSUMPTION, ExchangeFormat.CSD),
            _needed("Deux certificats ORG AUTH_CLI : hiérarchie TEST, puis PROD."),
        ),
        COURSES,
        Formality.RETRIEVAL,
    ),
    Row(
        "9",
        "Je passe les tests",
        VENDOR,
        (
            _needed("Sur PLATINES, avec le profil accordé.", CONSUMPTION, ExchangeFormat.CSD),
            _needed("Sur le bac à sable."),
        ),
        COURSES,
    ),
    Row(
        "10",
        "J’attends le retour de l’ANS",
        AGENCY,
        (
            _needed("Cinq jours ouvrés, puis l’attestation d’un commanditaire.", CONSUMPTION),
            _needed("Cinq jours ouvrés, puis la liste des établissements confirmée.", FEEDING),
        ),
        STEPS,
    ),
    Row(
        "11",
        "Je me connecte au ROR national",
        VENDOR,
        (
            _needed("Dès l’effet de la liste blanche, les établissements de la liste sont mis à jour.", FEEDING),
            _needed("Dès l’effet de la liste blanche ; vous appliquez la politique d’accès à vos utilisateurs."),
        ),
        STEPS,
    ),
)


def lines(direction: str, *, format: str = "", without_certificate: bool = False) -> list[Line]:
    """The steps of one service; `format` may be unknown, `without_certificate` is true of access profile 0."""
    return [Line(row, case.mode, case.condition) for row, case in _matching(direction, format, without_certificate)]


def _matching(direction: str, format: str, without_certificate: bool) -> Iterator[tuple[Row, Case]]:
    for row in ROWS:
        for case in row.cases:
            asked = (
                case.direction in (None, direction),
                case.format in (None, format),
                case.without_certificate in (None, without_certificate),
            )
            if all(asked):
                yield row, case
                break


def mode_of(formality: Formality, direction: str, *, format: str = "", without_certificate: bool = False) -> Line:
    """How a formality stands for one service."""
    told = lines(direction, format=format, without_certificate=without_certificate)
    return next(line for line in told if line.row.formality is formality)
