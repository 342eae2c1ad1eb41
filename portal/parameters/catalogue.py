"""The agency's settings: what may be set, its type, its default value, where the default comes from.

Infrastructure lives in the process environment; what an agency decides lives here, as dated values. A default marked
`to_confirm` has no public source, or several that disagree: the page says « à confirmer par l’ANS ».
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum

Value = int | bool | str | list[int]


class Kind(LabelledEnum):
    """The type of a value."""

    INTEGER = "integer", "Nombre entier"
    INTEGERS = "integers", "Liste de nombres"
    BOOLEAN = "boolean", "Oui ou non"
    CHOICE = "choice", "Choix"


class Group(LabelledEnum):
    """The chapters of the page."""

    DELAYS = "delays", "Délais"
    ROLES = "roles", "Qui peut agir"
    REQUEST = "request", "Demande"
    COMMITTEE = "committee", "Comité"
    RIGHT = "right", "Certificats et liste blanche"
    RETENTION = "retention", "Conservation"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `minimum` and `maximum` bound numbers; `choices` are (value, label) pairs."""

    key: str
    group: Group
    kind: Kind
    default: Value
    label: str
    source: str
    unit: str = ""
    to_confirm: bool = False
    sensitive: bool = False
    minimum: int = 0
    maximum: int = 1000
    choices: tuple[tuple[str, str], ...] = ()


CHARTER, STEPS = "Charte d’alimentation du ROR", "G_NIUS, étapes de connexion au ROR (2023)"
INTRODUCTION, AGENCY = "Introduction au ROR (2023)", "Choix de l’agence"
WORKING_DAYS = "jours ouvrés"


def _delay(key: str, label: str, source: str) -> Setting:
    return Setting(key, Group.DELAYS, Kind.INTEGER, 5, label, source, WORKING_DAYS, minimum=1, maximum=60)


def _off(key: str, group: Group, label: str, source: str = AGENCY, *, sensitive: bool = False) -> Setting:
    return Setting(key, group, Kind.BOOLEAN, False, label, source, to_confirm=True, sensitive=sensitive)


_ALL = (
    _delay("tests.answer_days", "Réponse de l’agence après la fin déclarée des tests", STEPS),
    _delay("production.answer_days", "URL et date de liste blanche après le dépôt des pièces de production", STEPS),
    _delay("lists.effective_days", "Prise d’effet d’une mise à jour de la liste des établissements", STEPS),
    Setting(
        "claims.proof_months",
        Group.DELAYS,
        Kind.INTEGER,
        3,
        "Ancienneté maximale de l’extrait de registre qui prouve la qualité de représentant légal",
        AGENCY,
        "mois",
        to_confirm=True,
        minimum=1,
        maximum=24,
    ),
    Setting(
        "certificates.notice_days",
        Group.DELAYS,
        Kind.INTEGERS,
        [90, 60, 30, 15, 7, 2, -1],
        "Rappels avant l’expiration d’un certificat (un nombre négatif : après)",
        AGENCY,
        "jours",
        to_confirm=True,
        minimum=-30,
        maximum=365,
    ),
    Setting(
        "platines.inactivity_months",
        Group.DELAYS,
        Kind.INTEGER,
        6,
        "Désactivation d’un compte PLATINES sans connexion",
        STEPS,
        "mois",
        minimum=1,
        maximum=36,
    ),
    Setting(
        "confirmation.period_months",
        Group.DELAYS,
        Kind.INTEGER,
        12,
        "Intervalle entre deux campagnes de confirmation des listes et des contacts",
        AGENCY,
        "mois",
        to_confirm=True,
        minimum=1,
        maximum=36,
    ),
    _off(
        "delegates.may_sign", Group.ROLES, "Un mandataire au mandat enregistré peut déposer et signer", sensitive=True
    ),
    _off("regional.second_person", Group.ROLES, "Une décision régionale demande une seconde personne"),
    _off(
        "tokens.emergency_suspension",
        Group.ROLES,
        "Une suspension d’urgence peut venir d’un jeton d’API",
        sensitive=True,
    ),
    _off("request.regional_sponsorship", Group.REQUEST, "Une région sponsor est exigée"),
    Setting(
        "charter.consumption_required",
        Group.REQUEST,
        Kind.CHOICE,
        "all",
        "La charte de consommation est exigée",
        STEPS,
        to_confirm=True,
        choices=(("all", "de tous les services"), ("third_party", "des services agissant pour le compte d’un tiers")),
    ),
    Setting(
        "committee.period_months",
        Group.COMMITTEE,
        Kind.INTEGER,
        3,
        "Intervalle entre deux séances du comité",
        INTRODUCTION,
        "mois",
        minimum=1,
        maximum=12,
    ),
    _off("committee.votes", Group.COMMITTEE, "Les membres votent dans le portail"),
    Setting(
        "committee.quorum",
        Group.COMMITTEE,
        Kind.INTEGER,
        0,
        "Quorum d’une séance (0 : aucun)",
        AGENCY,
        "membres",
        to_confirm=True,
        maximum=50,
    ),
    _off(
        "whitelist.name_only_in_production",
        Group.RIGHT,
        "Une inscription sans certificat est admise en production",
        sensitive=True,
    ),
    Setting(
        "quota.per_api",
        Group.RIGHT,
        Kind.INTEGER,
        100,
        "Quota de niveau 1, par API, tous appelants confondus",
        CHARTER,
        "appels par seconde",
        sensitive=True,
        minimum=1,
        maximum=100_000,
    ),
    Setting(
        "quota.per_service",
        Group.RIGHT,
        Kind.INTEGER,
        10,
        "Quota de niveau 2, par service et par API authentifiée",
        CHARTER,
        "appels par seconde",
        sensitive=True,
        minimum=1,
        maximum=100_000,
    ),
    Setting(
        "retention.after_grant_years",
        Group.RETENTION,
        Kind.INTEGER,
        5,
        "Conservation des dossiers après la fin de la dernière habilitation",
        CHARTER,
        "ans",
        sensitive=True,
        minimum=1,
        maximum=30,
    ),
    Setting(
        "retention.refused_years",
        Group.RETENTION,
        Kind.INTEGER,
        5,
        "Conservation des dossiers refusés ou abandonnés",
        AGENCY,
        "ans",
        to_confirm=True,
        sensitive=True,
        minimum=1,
        maximum=30,
    ),
)
SETTINGS = {setting.key: setting for setting in _ALL}


class InvalidValue(Exception):
    """A value that the setting does not accept; `sentence` says why in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def checked(setting: Setting, value: object) -> Value:
    """The value, once its type and bounds are proven. Raises InvalidValue."""
    if setting.kind == Kind.BOOLEAN and isinstance(value, bool):
        return value
    if setting.kind == Kind.INTEGER and isinstance(value, int) and not isinstance(value, bool):
        return _bounded(setting, value)
    if setting.kind == Kind.CHOICE and value in dict(setting.choices):
        return str(value)
    if setting.kind == Kind.INTEGERS and isinstance(value, list | tuple) and value:
        return _distinct(setting, value)
    raise InvalidValue(f"Cette valeur ne convient pas au réglage « {setting.label} ».")


def parsed(setting: Setting, text: str) -> Value:
    """The value typed on the page: numbers of a list are separated by commas or spaces. Raises InvalidValue."""
    if setting.kind == Kind.BOOLEAN:
        return checked(setting, {"oui": True, "non": False}.get(text.strip().lower()))
    if setting.kind == Kind.CHOICE:
        return checked(setting, text.strip())
    numbers = [_number(word) for word in text.replace(";", " ").replace(",", " ").split()]
    if setting.kind == Kind.INTEGERS:
        return checked(setting, numbers)
    return checked(setting, numbers[0] if len(numbers) == 1 else None)


def shown(setting: Setting, value: Value) -> str:
    """The value in French: « 5 jours ouvrés », « oui », « de tous les services »."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str):
        return dict(setting.choices).get(value, value)
    numbers = ", ".join(str(number) for number in value) if isinstance(value, list) else str(value)
    return f"{numbers} {setting.unit}".strip()


def typed(setting: Setting, value: Value) -> str:
    """The value as the page's field holds it; `parsed` reads it back."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(str(number) for number in value) if isinstance(value, list) else str(value)


def _number(word: str) -> int:
    try:
        return int(word) if len(word) <= 9 else _not_a_number(word)
    except ValueError:
        return _not_a_number(word)


def _not_a_number(word: str) -> int:
    raise InvalidValue(f"« {word[:20]} » n’est pas un nombre entier.")


def _bounded(setting: Setting, value: int) -> int:
    if not setting.minimum <= value <= setting.maximum:
        raise InvalidValue(f"Donnez un nombre entre {setting.minimum} et {setting.maximum}.")
    return value


def _distinct(setting: Setting, values: Iterable[object]) -> list[int]:
    numbers: list[int] = []
    for value in values:
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidValue("Donnez des nombres entiers, séparés par des virgules.")
        numbers.append(_bounded(setting, value))
    return sorted(set(numbers), reverse=True)
