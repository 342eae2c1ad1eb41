"""What was deposited, version after version, and what each changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.candidacies import filing
from onboarding.candidacies.filing import Difference, Section
from onboarding.candidacies.models import Candidacy, CandidacyVersion


def last_version(candidacy: Candidacy) -> CandidacyVersion | None:
    """What was last deposited."""
    return candidacy.versions.select_related("deposited_by").order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposited version, and what it changed to the one before."""

    version: CandidacyVersion
    differences: tuple[Difference, ...]


def deposits(candidacy: Candidacy, *, agency: bool = False) -> list[Deposit]:
    """Every deposit, the latest first, each with its differences from the former.

    To the agency, what is confidential in one of the two or now is not told.
    """
    versions = all_of(candidacy)
    former: list[CandidacyVersion | None] = [None, *versions]
    told = [
        Deposit(version, tuple(_differences(candidacy, before, version, agency)) if before else ())
        for before, version in zip(former, versions, strict=False)
    ]
    return told[::-1]


def _differences(
    candidacy: Candidacy, before: CandidacyVersion, version: CandidacyVersion, agency: bool
) -> list[Difference]:
    hidden = kept(candidacy, before, version) if agency else frozenset()
    return filing.differences(before.data, version.data, hidden=hidden)


@dataclass(frozen=True, slots=True)
class Reading:
    """A version read in full beside another one: `since` is None for a first version, or when nothing is compared."""

    version: CandidacyVersion
    since: CandidacyVersion | None
    differences: tuple[Difference, ...]
    sections: tuple[Section, ...]
    versions: Sequence[CandidacyVersion]


def reading(candidacy: Candidacy, number: int, *, since: int | None = None, agency: bool = False) -> Reading | None:
    """A version and what differs from the one numbered `since` (the one before it, unless told); None if unknown.

    To the agency, what is confidential in this version, in the other or now is not told.
    """
    versions = {version.number: version for version in all_of(candidacy)}
    version = versions.get(number)
    if version is None:
        return None
    other = versions.get(since if since is not None else number - 1)
    compared = other if other is not version else None
    hidden = kept(candidacy, version, compared) if agency else frozenset()
    found = filing.differences(compared.data, version.data, hidden=hidden) if compared else []
    sections = filing.sections(version.data, hidden=hidden)
    return Reading(version, compared, tuple(found), tuple(sections), list(versions.values()))


def kept(candidacy: Candidacy, *versions: CandidacyVersion | None) -> frozenset[str]:
    """The answers that are confidential now, or were in one of these versions."""
    frozen = (version.data.get("answers", {}).get("confidential") or [] for version in versions if version)
    return frozenset(candidacy.confidential).union(*frozen)


def all_of(candidacy: Candidacy) -> list[CandidacyVersion]:
    """Every deposited version, the first one first."""
    return list(candidacy.versions.select_related("deposited_by").order_by("number"))
