"""What makes a ruling acceptable: profiles that fit the direction, grounds where the law of the house asks for them.

Source: settled question 18 (granted differs from requested: grounds mandatory); charter for feeding services (profiles
A and B are cumulative, a consuming service holds exactly one access profile, 0 to 5).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onboarding.committee.outcomes import Outcome
from policy.grants import wording
from policy.grants.direction import Direction
from policy.profiles.catalogue import AccessProfile, FeedingProfile


@dataclass(frozen=True, slots=True)
class Profiles:
    """Profiles asked or granted: some of A and B for a feeding service, one access profile for a consuming one."""

    feeding: frozenset[str] = frozenset()
    access: int | None = None

    def __bool__(self) -> bool:
        return bool(self.feeding) or self.access is not None

    @property
    def words(self) -> str:
        """« profils d’alimentation A et B », « profil d’accès 2 », « aucun profil »."""
        return wording.profiles(self.feeding, self.access)

    @property
    def letters(self) -> str:
        """The feeding profiles as they are stored: ``"AB"``."""
        return wording.feeding_letters(self.feeding)

    @classmethod
    def of(cls, codes: Iterable[str]) -> "Profiles":
        """The profiles of catalogue codes: ``{"A", "B"}`` or ``{"2"}``."""
        codes = frozenset(codes)
        access = sorted(int(code) for code in codes if code.isdecimal())
        return cls(frozenset(code for code in codes if not code.isdecimal()), access[0] if access else None)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision as the committee words it, before it is recorded."""

    outcome: Outcome
    granted: Profiles = Profiles()
    grounds: str = ""
    reservations: str = ""

    @property
    def fingerprint(self) -> str:
        """What names exactly this ruling: the page records only what it has shown."""
        said = (self.outcome.value, self.granted.letters, self.granted.access, self.grounds, self.reservations)
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def follows(self, requested: Profiles) -> bool:
        """Whether all that was asked, and nothing else, is granted."""
        return self.outcome.admits and self.granted == requested


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a ruling cannot be recorded: the field to mend and the sentence to show beside it."""

    field: str
    sentence: str


def problems(
    ruling: Ruling, *, requested: Profiles, direction: Direction, former: Ruling | None = None
) -> list[Problem]:
    """Everything that forbids recording this ruling on a candidacy of that direction; empty when it may be.

    `former` is the decision that this one corrects: a correction says why, and never turns a refusal into an admission.
    """
    found = [*_profiles(ruling, direction)] if ruling.outcome.admits else [*_no_profile(ruling)]
    found.extend(_reservations(ruling))
    if not ruling.grounds.strip() and (former is not None or not ruling.follows(requested)):
        found.append(Problem("grounds", _CORRECTING if former else _MISSING_GROUNDS[ruling.outcome]))
    if former is not None and not _same_course(ruling.outcome, former.outcome):
        found.append(Problem("outcome", _OTHER_COURSE))
    return found


_DIFFERENT = "Le profil accordé diffère du profil demandé : indiquez les motifs."
_MISSING_GROUNDS = {
    Outcome.ADMIT: _DIFFERENT,
    Outcome.ADMIT_WITH_RESERVATIONS: _DIFFERENT,
    Outcome.DEFER: "Indiquez les motifs de l’ajournement et les pièces attendues.",
    Outcome.REFUSE: "Indiquez les motifs de l’avis défavorable.",
}


_CORRECTING = "Indiquez ce que cette décision rectifie, et pourquoi."
_OTHER_COURSE = (
    "Une rectification garde le sens de la décision. Pour revenir sur un avis favorable, retirez l’habilitation ; "
    "pour revenir sur un ajournement ou un avis défavorable, inscrivez la candidature à une autre séance."
)


def _same_course(outcome: Outcome, former: Outcome) -> bool:
    return outcome is former or (outcome.admits and former.admits)


def _profiles(ruling: Ruling, direction: Direction) -> Iterator[Problem]:
    feeding, access = ruling.granted.feeding, ruling.granted.access
    if direction is Direction.FEEDING:
        if access is not None:
            yield Problem("access_profile", "Un service qui alimente le ROR ne reçoit pas de profil d’accès.")
        if not feeding:
            yield Problem("feeding_profiles", "Choisissez au moins un profil d’alimentation : A, B ou les deux.")
        elif not feeding <= {profile.value for profile in FeedingProfile}:
            yield Problem("feeding_profiles", "Les profils d’alimentation sont A et B.")
        return
    if feeding:
        yield Problem("feeding_profiles", "Un service qui consomme le ROR ne reçoit pas de profil d’alimentation.")
    if access not in {int(profile.value) for profile in AccessProfile}:
        yield Problem("access_profile", "Choisissez le profil d’accès accordé, de 0 à 5.")


def _no_profile(ruling: Ruling) -> Iterator[Problem]:
    if ruling.granted:
        yield Problem("outcome", f"« {ruling.outcome.label} » n’accorde aucun profil : retirez les profils cochés.")


def _reservations(ruling: Ruling) -> Iterator[Problem]:
    if ruling.outcome is Outcome.ADMIT_WITH_RESERVATIONS and not ruling.reservations.strip():
        yield Problem("reservations", "Indiquez les réserves, et ce que chacune empêche tant qu’elle n’est pas levée.")
    elif ruling.outcome is not Outcome.ADMIT_WITH_RESERVATIONS and ruling.reservations.strip():
        yield Problem("reservations", "Des réserves accompagnent seulement un avis favorable avec réserves.")
