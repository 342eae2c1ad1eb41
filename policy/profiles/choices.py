"""Choices of the agency that no rule carries: how profiles prove themselves, what a role means, who may read unnamed.

Most contradictions of the sources are settled by rules that hold under one reading (`rulebook.Rule.choice`). These
three are about something else than what is open; each is read here, by its code in the file, with the reading of the
delivered policy where a file says nothing. `summary` follows a choice that rules do carry, in words.
"""

from collections.abc import Mapping

from . import catalogue
from .catalogue import AccessProfile
from .rulebook import Rulebook

PROOF_OF_5, BY_SECRET = "profil-5-preuve", "secret"
ROLE_CU20, PLATINES = "role-cu20", "platines"
CONTACTS_OF_4, AS_IN_THE_GUIDE = "profil-4-contacts", "guide"
WITH_PROFESSIONALS = (
    "Le service lit toutes les données, professionnels compris, sauf les contacts et coordonnées qui ne sont pas en "
    "accès libre."
)
UNNAMED, OPEN_DATA = "acces-authentifie", "libre"
AS_IN_PLATINES = {"CU20": "Orientation sanitaire et médico-sociale (lecture de PLATINES)"}


def chosen(book: Rulebook, code: str) -> str:
    """The reading retained; empty when the file does not raise the question."""
    choice = book.choices.get(code)
    return choice.chosen if choice else ""


def by_secret(book: Rulebook) -> frozenset[str]:
    """The access profiles that prove themselves by a secret: 0 always, 5 by choice."""
    always = {profile.value for profile in AccessProfile if not profile.needs_certificate}
    return frozenset(always | ({AccessProfile.P5.value} if chosen(book, PROOF_OF_5) == BY_SECRET else set()))


def summary(book: Rulebook, code: str) -> str:
    """A profile in one sentence, as the policy reads it: 4 reads professionals and open contacts, or does not."""
    profile = catalogue.profile(code)
    if profile is AccessProfile.P4 and chosen(book, CONTACTS_OF_4) == AS_IN_THE_GUIDE:
        return WITH_PROFESSIONALS
    return profile.description


def role_labels(book: Rulebook, known: Mapping[str, str]) -> dict[str, str]:
    """The labels of the user roles: those of the nomenclature, but where PLATINES is followed."""
    return {**known, **(AS_IN_PLATINES if chosen(book, ROLE_CU20) == PLATINES else {})}


def anonymous_reads(book: Rulebook) -> bool:
    """Whether a call that names nobody is judged as one of profile 0."""
    return chosen(book, UNNAMED) == OPEN_DATA
