"""What makes a ruling acceptable: profiles that fit the direction, grounds where the law of the house asks for them.

Source: settled question 18 (granted differs from requested: grounds mandatory); charter for feeding services (profiles
A and B are cumulative, a consuming service holds exactly one access profile, 0 to 5).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onboarding.committee.ballot import Tally
from onboarding.committee.outcomes import Outcome
from onboarding.committee.terms import Blocks, Motive, Reserve
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
    """A decision as the committee words it, before it is recorded.

    `awaited` lists the blocks that a deferral reopens, `target` the reference of the session it comes back to.
    """

    outcome: Outcome
    granted: Profiles = Profiles()
    grounds: str = ""
    reservations: tuple[Reserve, ...] = ()
    motives: tuple[Motive, ...] = ()
    awaited: tuple[str, ...] = ()
    target: str = ""

    @property
    def fingerprint(self) -> str:
        """What names exactly this ruling: the page records only what it has shown."""
        said = (self.outcome.value, self.granted.letters, self.granted.access, self.grounds)
        kept = tuple(reserve.words for reserve in self.reservations)
        parts = (said, kept, tuple(map(str, self.motives)), tuple(map(str, self.awaited)), self.target)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @property
    def reservation_words(self) -> tuple[str, ...]:
        """The reservations, one line each."""
        return tuple(reserve.words for reserve in self.reservations)

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
    found.extend(_refusal(ruling))
    found.extend(_deferral(ruling))
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
    if ruling.outcome is not Outcome.ADMIT_WITH_RESERVATIONS:
        if ruling.reservations:
            yield Problem("reservations", "Des réserves accompagnent seulement un avis favorable avec réserves.")
        return
    if not any(reserve.text.strip() for reserve in ruling.reservations):
        yield Problem("reservations", "Indiquez les réserves, et ce que chacune empêche tant qu’elle n’est pas levée.")
    granted = {*ruling.granted.feeding, *([] if ruling.granted.access is None else [str(ruling.granted.access)])}
    for number, reserve in enumerate(ruling.reservations, start=1):
        if reserve.blocks is Blocks.PROFILE and reserve.profile not in granted:
            yield Problem("reservations", f"Réserve {number} : indiquez lequel des profils accordés elle bloque.")


def _refusal(ruling: Ruling) -> Iterator[Problem]:
    if ruling.outcome is Outcome.REFUSE and not ruling.motives:
        yield Problem("motives", "Choisissez au moins un motif de refus ; le texte le précise.")
    elif ruling.outcome is not Outcome.REFUSE and ruling.motives:
        yield Problem("motives", "Les motifs de refus accompagnent seulement un avis défavorable.")


def _deferral(ruling: Ruling) -> Iterator[Problem]:
    if ruling.outcome is not Outcome.DEFER and (ruling.awaited or ruling.target):
        yield Problem("awaited", "Des parties à compléter et une séance visée accompagnent seulement un ajournement.")


def against_votes(ruling: Ruling, tally: Tally) -> Problem | None:
    """Why a ruling cannot be recorded after these votes; None when it says what they conclude."""
    if tally.outcome is None:
        return Problem("outcome", f"Les votes ne permettent pas encore de conclure. {tally.why}")
    if ruling.outcome is tally.outcome:
        return None
    return Problem("outcome", f"Les votes concluent à « {tally.outcome.label} » ({tally.words}). {tally.why}")
