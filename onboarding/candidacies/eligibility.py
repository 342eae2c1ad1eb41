"""The eligibility grid of each direction: criteria with their source, answers suggested by the portal's own checks.

Settled question 9. Feeding: charter for feeding services, « Intégration à l’espace de confiance ROR » (bed availability
of one or more establishments, exhaustive list) and « Profils d’alimentation » (profiles by kind and purpose).
Consumption: purposes named by the programme. A suggestion is evidence for the reviewer, never an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from onboarding.candidacies.completeness import Facts
from policy.grants.direction import Direction
from policy.profiles.catalogue import FeedingProfile
from portal.lifecycle.table import LabelledEnum
from portal.reference import purposes, user_roles
from portal.reference.user_roles import UserRole

BED_AVAILABILITY = "bed-availability"


class Answer(LabelledEnum):
    """What the reviewer answers to a criterion."""

    YES = "yes", "Oui"
    NO = "no", "Non"
    NOT_APPLICABLE = "not_applicable", "Sans objet"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question of the grid and where it comes from."""

    code: str
    question: str
    source: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the portal's checks say of a criterion: an answer (empty when they cannot tell) and its evidence."""

    answer: str
    evidence: str


_CHARTER = "Charte d’alimentation du ROR"
CRITERIA: Mapping[Direction, tuple[Criterion, ...]] = {
    Direction.FEEDING: (
        Criterion(
            "purpose",
            "Le service a pour finalité de renseigner la disponibilité en lits d’un ou plusieurs établissements.",
            f"{_CHARTER}, « Intégration à l’espace de confiance ROR »",
        ),
        Criterion(
            "establishments",
            "La liste exhaustive des établissements qui fournissent l’information est donnée.",
            f"{_CHARTER}, « Intégration à l’espace de confiance ROR »",
        ),
        Criterion(
            "profiles",
            "Les profils demandés correspondent au type de solution et à la finalité du service.",
            f"{_CHARTER}, « Profils d’alimentation des données »",
        ),
    ),
    Direction.CONSUMPTION: (
        Criterion(
            "purpose",
            "Le service oriente, régule, coordonne ou informe.",
            "Introduction au ROR, « Conditions d’accès »",
        ),
        Criterion(
            "profiles",
            "Le profil demandé correspond à la finalité du service et au rôle de ses utilisateurs.",
            "Aide à la connexion d’une application tierce au ROR",
        ),
    ),
}


def criteria(direction: str) -> tuple[Criterion, ...]:
    """The criteria of a direction, in the order of the grid."""
    return CRITERIA[Direction(direction)]


def suggestion(criterion: Criterion, facts: Facts) -> Suggestion:
    """What the portal can say of a criterion from the candidacy itself."""
    return _CHECKS[criterion.code](facts)


def _purpose(facts: Facts) -> Suggestion:
    known = purposes.purposes().get(facts.purpose)
    if known is None:
        return Suggestion("", "Aucune finalité n’est indiquée.")
    evidence = f"Finalité déclarée : {known.label}."
    if facts.direction == Direction.FEEDING:
        return Suggestion(Answer.YES if facts.purpose == BED_AVAILABILITY else "", evidence)
    return Suggestion("" if known.needs_text else Answer.YES, evidence)


def _establishments(facts: Facts) -> Suggestion:
    count = facts.valid_establishments
    if not count:
        return Suggestion(Answer.NO, "La liste ne compte aucun établissement valide.")
    noun = "établissement valide" if count == 1 else "établissements valides"
    return Suggestion(Answer.YES, f"La liste compte {count} {noun} ; le représentant légal la dit exhaustive.")


def _profiles(facts: Facts) -> Suggestion:
    asked = ", ".join(sorted(facts.requested_profiles)) or "aucun"
    evidence = f"Profils demandés : {asked}."
    if facts.direction != Direction.FEEDING:
        return _access_profile(facts)
    if set(facts.requested_profiles) == {FeedingProfile.B}:
        return Suggestion("", f"{evidence} Le profil B seul ne renseigne pas la disponibilité en lits : à trancher.")
    return Suggestion(Answer.YES if FeedingProfile.A in facts.requested_profiles else "", evidence)


def _access_profile(facts: Facts) -> Suggestion:
    """Whether the profile asked for is the one that goes with every user role declared."""
    asked = ", ".join(sorted(facts.requested_profiles)) or "aucun"
    known = [user_roles.user_roles()[code] for code in facts.user_roles if code in user_roles.user_roles()]
    evidence = f"Profil demandé : {asked}. " + " ".join(f"{role.words} : {_going_with(role)}." for role in known)
    alike = {str(role.profile) for role in known if role.profile is not None and not role.is_deduced}
    sure = bool(known) and all(role.profile is not None and not role.is_deduced for role in known)
    if sure and alike == set(facts.requested_profiles):
        return Suggestion(Answer.YES, evidence.strip())
    return Suggestion("", evidence.strip())


def _going_with(role: UserRole) -> str:
    if role.profile is None:
        return "aucun profil connu"
    return f"profil {role.profile}{' (déduit, à confirmer)' if role.is_deduced else ''}"


_CHECKS: Mapping[str, Callable[[Facts], Suggestion]] = {
    "purpose": _purpose,
    "establishments": _establishments,
    "profiles": _profiles,
}
