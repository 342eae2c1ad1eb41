"""What may be closed of a right: a step, one profile, one establishment, or all that it opens in production.

Sources: settled question 18 (a reservation says what it blocks); graded suspension (one profile, one establishment,
one direction, all). The sandbox stays open to a right closed as a whole: that is where its vendor mends it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum


class Scope(LabelledEnum):
    """What a restriction closes."""

    TESTS = "tests", "Les tests"
    PRODUCTION = "production", "La mise en production"
    PROFILE = "profile", "Un profil"
    ESTABLISHMENT = "establishment", "Un établissement"
    RIGHT = "right", "Toute l’habilitation"


@dataclass(frozen=True, slots=True)
class Left:
    """What stays open of a right: letters of feeding profiles, access profile, establishments."""

    feeding_profiles: str
    access_profile: int | None
    establishments: Sequence[str]

    @property
    def admits(self) -> bool:
        """Whether a profile is left."""
        return bool(self.feeding_profiles) or self.access_profile is not None


def left_of(whole: Left, closed: Iterable[tuple[str, str]]) -> Left:
    """What restrictions, as (scope, value) pairs, leave of the profiles and establishments of a right."""
    pairs = set(closed)
    if not pairs:
        return whole
    profiles = {value for scope, value in pairs if scope == Scope.PROFILE}
    places = {value for scope, value in pairs if scope == Scope.ESTABLISHMENT}
    access = whole.access_profile
    return Left(
        "".join(letter for letter in whole.feeding_profiles if letter not in profiles),
        None if access is not None and str(access) in profiles else access,
        [finess for finess in whole.establishments if finess not in places] if places else whole.establishments,
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """What restrictions keep closed of the profiles and establishments of a right; the whole of it with `is_whole`."""

    profiles: Sequence[str] = ()
    establishments: Sequence[str] = ()
    is_whole: bool = False


def closed_of(whole: Left, closed: Iterable[tuple[str, str]]) -> Closed:
    """What restrictions, as (scope, value) pairs, close of what a right opens; what it does not open is left out."""
    pairs = set(closed)
    profiles = {*whole.feeding_profiles, *([] if whole.access_profile is None else [str(whole.access_profile)])}
    places = {value for scope, value in pairs if scope == Scope.ESTABLISHMENT}
    return Closed(
        sorted(value for scope, value in pairs if scope == Scope.PROFILE and value in profiles),
        sorted(places & set(whole.establishments)) if places else (),
        is_whole=any(scope == Scope.RIGHT for scope, _ in pairs),
    )
