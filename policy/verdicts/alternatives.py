"""« Et avec un autre profil ? »: the same question put to the policy for every profile, perimeters granted."""

from collections.abc import Mapping
from dataclasses import dataclass

from policy.profiles import catalogue, engine
from policy.profiles.engine import Effect, Judgement
from policy.profiles.rulebook import Rulebook

from . import decision
from .question import PATCH


@dataclass(frozen=True, slots=True)
class Alternative:
    """What one profile would change: the answer, and whether it is the one asked about."""

    code: str
    label: str
    effect: Effect
    reason: str
    asked: bool


def judge(
    book: Rulebook,
    profiles: frozenset[str],
    *,
    environment: str,
    operation: str,
    element: str | None,
    facts: Mapping[str, str],
) -> Judgement:
    """The policy's answer for profiles that nobody needs to hold, inside their perimeters."""
    known = {**facts, **decision.circumstances(environment, profiles)}
    return engine.judge(book, profiles=profiles, operation=operation, element=element, facts=known)


def table(
    book: Rulebook,
    held: frozenset[str],
    *,
    environment: str,
    operation: str,
    element: str | None,
    facts: Mapping[str, str],
) -> list[Alternative]:
    """The answer for each profile that the operation concerns, in order; `held` are those of the question."""
    made = []
    for profile in (*catalogue.AccessProfile, *catalogue.FeedingProfile):
        code = frozenset({profile.value})
        if (operation == PATCH) != (catalogue.direction(code) == "feeding"):
            continue
        said = judge(book, code, environment=environment, operation=operation, element=element, facts=facts)
        made.append(
            Alternative(profile.value, profile.label, said.effect, said.reasons[0].sentence, profile.value in held)
        )
    return made
