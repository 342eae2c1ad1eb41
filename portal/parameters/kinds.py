"""What a setting is: its type, its chapter, its bounds, where its default value comes from.

Infrastructure lives in the process environment; what an agency decides lives here, as dated values. A default marked
`to_confirm` has no public source, or several that disagree: the page says « à confirmer par l’ANS ».
"""

from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum

Value = int | bool | str | list[int]


class Kind(LabelledEnum):
    """The type of a value."""

    INTEGER = "integer", "Nombre entier"
    INTEGERS = "integers", "Liste de nombres"
    BOOLEAN = "boolean", "Oui ou non"
    CHOICE = "choice", "Choix"
    TEXT = "text", "Texte"


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
CODE = "Code des relations entre le public et l’administration, articles L. 231-1, L. 231-4 et R. 112-5"


def delay(key: str, label: str, source: str) -> Setting:
    """A delay of five working days by default (settled question 21)."""
    return Setting(key, Group.DELAYS, Kind.INTEGER, 5, label, source, WORKING_DAYS, minimum=1, maximum=60)


def off(key: str, group: Group, label: str, source: str = AGENCY, *, sensitive: bool = False) -> Setting:
    """A choice of the agency, off until it is made."""
    return Setting(key, group, Kind.BOOLEAN, False, label, source, to_confirm=True, sensitive=sensitive)


def days(key: str, default: int, label: str, unit: str = "jours") -> Setting:
    """A number of days of the committee that no source gives."""
    return Setting(key, Group.COMMITTEE, Kind.INTEGER, default, label, AGENCY, unit, to_confirm=True, maximum=120)
