"""The agency's settings: what may be set, its type, its default value, where the default comes from.

Infrastructure lives in the process environment; what an agency decides lives here, as dated values. A default marked
`to_confirm` has no public source, or several that disagree: the page says « à confirmer par l’ANS ».
"""

from collections.abc import Iterable

from portal.parameters.committee_settings import COMMITTEE
from portal.parameters.kinds import AGENCY, CHARTER, CODE, STEPS, WORKING_DAYS, Group, Kind, Setting, Value, delay, off

__all__ = ["SETTINGS", "Group", "InvalidValue", "Kind", "Setting", "Value", "checked", "parsed", "shown", "typed"]

LONGEST_TEXT = 4000  # characters

HIERARCHIES = (
    ("test", "de l’IGC-Santé TEST seulement"),
    ("prod", "de l’IGC-Santé PROD seulement"),
    ("both", "de l’IGC-Santé TEST ou PROD"),
)
_ALL = (
    delay("tests.answer_days", "Réponse de l’agence après la fin déclarée des tests", STEPS),
    delay("production.answer_days", "URL et date de liste blanche après le dépôt des pièces de production", STEPS),
    delay("lists.effective_days", "Prise d’effet d’une mise à jour de la liste des établissements", STEPS),
    Setting(
        "sanctions.observation_days",
        Group.DELAYS,
        Kind.INTEGER,
        15,
        "Observations de l’éditeur avant une suspension ou un retrait",
        "Choix de l’agence ; code des relations entre le public et l’administration, L. 121-1 et L. 122-1",
        WORKING_DAYS,
        to_confirm=True,
        minimum=1,
        maximum=120,
    ),
    Setting(
        "sanctions.regularisation_days",
        Group.DELAYS,
        Kind.INTEGER,
        5,
        "Régularisation d’une suspension prise en urgence",
        AGENCY,
        WORKING_DAYS,
        to_confirm=True,
        minimum=1,
        maximum=60,
    ),
    Setting(
        "review.answer_days",
        Group.DELAYS,
        Kind.INTEGER,
        20,
        "Instruction d’une candidature, du dépôt à la complétude (le tour de l’éditeur ne compte pas)",
        AGENCY,
        WORKING_DAYS,
        to_confirm=True,
        minimum=1,
        maximum=120,
    ),
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
        "certificates.revocation_minutes",
        Group.DELAYS,
        Kind.INTEGER,
        60,
        "Période à laquelle la révocation des certificats de la liste publiée est demandée aux autorités",
        AGENCY,
        "minutes",
        to_confirm=True,
        minimum=5,
        maximum=1440,
    ),
    Setting(
        "certificates.escalation_days",
        Group.DELAYS,
        Kind.INTEGER,
        15,
        "L’agence est alertée d’une expiration que personne n’a prise en charge",
        AGENCY,
        "jours avant",
        to_confirm=True,
        minimum=1,
        maximum=90,
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
    off("delegates.may_sign", Group.ROLES, "Un mandataire au mandat enregistré peut déposer et signer", sensitive=True),
    off(
        "regional.second_person",
        Group.ROLES,
        "Une décision régionale demande une seconde personne",
        sensitive=True,
    ),
    off(
        "tokens.emergency_suspension",
        Group.ROLES,
        "Une suspension d’urgence peut venir d’un jeton d’API",
        sensitive=True,
    ),
    Setting(
        "texts.signing_days",
        Group.REQUEST,
        Kind.INTEGER,
        30,
        "Délai laissé pour signer une nouvelle version d’une charte ou d’un texte",
        AGENCY,
        "jours",
        to_confirm=True,
        minimum=1,
        maximum=365,
    ),
    Setting(
        "texts.reminder_days",
        Group.REQUEST,
        Kind.INTEGERS,
        [15, 7, 2],
        "Rappels avant la fin du délai de signature",
        AGENCY,
        "jours",
        to_confirm=True,
        minimum=0,
        maximum=365,
    ),
    off("request.regional_sponsorship", Group.REQUEST, "Une région sponsor est exigée"),
    Setting(
        "request.draft_warning_days",
        Group.REQUEST,
        Kind.INTEGER,
        150,
        "Brouillon laissé de côté : avertissement avant clôture, après",
        AGENCY,
        "jours",
        to_confirm=True,
        minimum=7,
        maximum=730,
    ),
    Setting(
        "request.draft_closing_days",
        Group.REQUEST,
        Kind.INTEGER,
        30,
        "Brouillon laissé de côté : clôture après l’avertissement, au bout de",
        AGENCY,
        "jours",
        to_confirm=True,
        minimum=7,
        maximum=365,
    ),
    Setting(
        "request.silence_months",
        Group.REQUEST,
        Kind.INTEGER,
        2,
        "Accusé de réception : silence de l’agence qui vaut décision, au bout de",
        CODE,
        "mois",
        to_confirm=True,
        minimum=1,
        maximum=24,
    ),
    Setting(
        "request.silence_means",
        Group.REQUEST,
        Kind.CHOICE,
        "rejection",
        "Accusé de réception : le silence de l’agence vaut",
        CODE,
        to_confirm=True,
        choices=(("rejection", "rejet"), ("acceptance", "acceptation")),
    ),
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
        "request.ordering_customer",
        Group.REQUEST,
        Kind.BOOLEAN,
        True,
        "L’attestation d’un commanditaire est exigée d’un service qui consomme",
        STEPS,
        to_confirm=True,
        sensitive=True,
    ),
    *COMMITTEE,
    Setting(
        "certificates.sandbox_hierarchy",
        Group.RIGHT,
        Kind.CHOICE,
        "test",
        "Le bac à sable accepte les certificats",
        STEPS,
        sensitive=True,
        choices=HIERARCHIES,
    ),
    Setting(
        "certificates.platines_hierarchy",
        Group.RIGHT,
        Kind.CHOICE,
        "test",
        "PLATINES accepte les certificats",
        STEPS,
        to_confirm=True,
        sensitive=True,
        choices=HIERARCHIES,
    ),
    off(
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
    if setting.kind == Kind.TEXT and isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEXT:
        return value.strip()
    if setting.kind == Kind.INTEGERS and isinstance(value, list | tuple) and value:
        return _distinct(setting, value)
    raise InvalidValue(f"Cette valeur ne convient pas au réglage « {setting.label} ».")


def parsed(setting: Setting, text: str) -> Value:
    """The value typed on the page: numbers of a list are separated by commas or spaces. Raises InvalidValue."""
    if setting.kind == Kind.BOOLEAN:
        return checked(setting, {"oui": True, "non": False}.get(text.strip().lower()))
    if setting.kind in (Kind.CHOICE, Kind.TEXT):
        return checked(setting, text.replace("\r\n", "\n").strip())
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
