"""The profiles that the committee grants: six for consumption, two for feeding.

Sources: feeding charter, « Profils d’alimentation des données » (A and B, which one service may hold together); public
documentation of the ROR API, « Accès aux données, vue d’ensemble » (0 to 5). Their codes never meet, so that a set of
profiles is a set of codes: ``{"A", "B"}`` or ``{"2"}``. What a profile opens is not said here but in the rulebook.
"""

from collections.abc import Iterable
from typing import Any

from portal.lifecycle.table import LabelledEnum


class FeedingProfile(LabelledEnum):
    """What a service may write into the ROR; cumulative."""

    A = "A", "Profil A – capacité et disponibilité"
    B = "B", "Profil B – lien entre l’offre et son lieu de réalisation"

    @property
    def description(self) -> str:
        """What the profile opens, in one French sentence."""
        return DESCRIPTIONS[self]

    @property
    def never(self) -> str:
        """What the profile never opens, in one French sentence."""
        return NEVER[self]


class AccessProfile(LabelledEnum):
    """What a service may read from the ROR; one per grant."""

    P0 = "0", "Profil 0 – libre accès"
    P1 = "1", "Profil 1 – toutes les données"
    P2 = "2", "Profil 2 – toutes les données hors accès très restreint"
    P3 = "3", "Profil 3 – médico-social, et libre accès pour le reste"
    P4 = "4", "Profil 4 – toutes les données hors contacts et données personnelles"
    P5 = "5", "Profil 5 – hors accès très restreint et hors disponibilités"

    @property
    def description(self) -> str:
        """What the profile opens, in one French sentence."""
        return DESCRIPTIONS[self]

    @property
    def never(self) -> str:
        """What the profile never opens, in one French sentence."""
        return NEVER[self]

    @property
    def needs_certificate(self) -> bool:
        """False for profile 0 alone, whose callers prove themselves by a secret."""
        return self is not AccessProfile.P0


DESCRIPTIONS: dict[LabelledEnum, str] = {
    FeedingProfile.A: (
        "Le service met à jour la capacité de prise en charge (lits et places, installés ou disponibles) des lieux des "
        "établissements de sa liste."
    ),
    FeedingProfile.B: (
        "Le service met à jour le lien entre une offre de santé et son lieu de réalisation, dans les établissements de "
        "sa liste."
    ),
    AccessProfile.P0: "Le service lit les données en libre accès, avec un identifiant et un secret, sans certificat.",
    AccessProfile.P1: (
        "Le service lit toutes les données, y compris les unités sensibles et les contacts en accès très restreint."
    ),
    AccessProfile.P2: "Le service lit toutes les données, sauf celles en accès très restreint et les unités sensibles.",
    AccessProfile.P3: (
        "Le service lit les données médico-sociales hors accès très restreint et, pour les champs sanitaire et ville, "
        "les seules données en libre accès."
    ),
    AccessProfile.P4: "Le service lit toutes les données, sauf les contacts non publics et les données personnelles.",
    AccessProfile.P5: (
        "Le service lit les données hors accès très restreint, sans les disponibilités ni les capacités "
        "opérationnelles et exceptionnelles en lits et places."
    ),
}

NEVER: dict[LabelledEnum, str] = {
    FeedingProfile.A: (
        "Il n’ouvre jamais l’écriture hors des établissements de la liste, ni celle du lien entre une offre et son "
        "lieu de réalisation, ni la lecture du ROR."
    ),
    FeedingProfile.B: (
        "Il n’ouvre jamais l’écriture hors des établissements de la liste, ni celle des capacités et disponibilités, "
        "ni la lecture du ROR."
    ),
    AccessProfile.P0: (
        "Il n’ouvre jamais les données en accès restreint ou très restreint, les unités sensibles, les capacités en "
        "lits et places, ni l’écriture dans le ROR."
    ),
    AccessProfile.P1: "Il n’ouvre jamais l’écriture dans le ROR.",
    AccessProfile.P2: (
        "Il n’ouvre jamais les données en accès très restreint, les unités sensibles, les lits et places "
        "supplémentaires, ni l’écriture dans le ROR."
    ),
    AccessProfile.P3: (
        "Il n’ouvre jamais les données en accès très restreint, les unités sensibles, les données en accès restreint "
        "hors du champ médico-social, ni l’écriture dans le ROR."
    ),
    AccessProfile.P4: ("Il n’ouvre jamais les contacts et coordonnées non publics, ni l’écriture dans le ROR."),
    AccessProfile.P5: (
        "Il n’ouvre jamais les données en accès très restreint, les unités sensibles, les disponibilités et capacités "
        "opérationnelles ou exceptionnelles en lits et places, ni l’écriture dans le ROR."
    ),
}

CODES: frozenset[str] = frozenset(member.value for enum in (FeedingProfile, AccessProfile) for member in enum)


def profile(code: str) -> FeedingProfile | AccessProfile:
    """The profile of a code. Raises ValueError for a code that no profile bears."""
    return FeedingProfile(code) if code in set(FeedingProfile) else AccessProfile(code)


def codes(values: Any) -> frozenset[str]:
    """The codes among what a row, a document or a question gives for profiles; what names no profile is left out.

    Total: accepts one code or several, as text, number or member; anything else gives the empty set.
    """
    if isinstance(values, str | int):
        values = [values]
    if not isinstance(values, Iterable):
        return frozenset()
    return frozenset(code for value in values if (code := _code(value)) in CODES)


def _code(value: Any) -> str:
    """Text of a code; a boolean is no number here."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def direction(codes_held: Iterable[str]) -> str:
    """`feeding` for holders of A or B, `consumption` for the others: a right has one direction."""
    return "feeding" if set(codes_held) & set(FeedingProfile) else "consumption"


def label(code: str) -> str:
    """The French label of a code; the code itself when no profile bears it."""
    return profile(code).label if code in CODES else code
