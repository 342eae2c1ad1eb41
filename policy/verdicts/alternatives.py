"""« Et avec un autre profil ? »: the same act judged for every profile, perimeters granted."""

from dataclasses import dataclass

from policy.profiles import catalogue, engine
from policy.profiles.engine import Effect, Judgement, Reason

from . import decision, retrieval
from .decision import Act, Fault
from .index import Index
from .question import PATCH


@dataclass(frozen=True, slots=True)
class Alternative:
    """What one profile would change: the answer, and whether it is the one asked about."""

    code: str
    label: str
    effect: Effect
    reason: str
    asked: bool


def judge(index: Index, profiles: frozenset[str], act: Act | Fault) -> Judgement:
    """The policy's answer for profiles that nobody needs to hold, inside their perimeters."""
    if isinstance(act, Fault):
        return Judgement(Effect.DENY, (Reason(act.ground, act.sentence),))
    if act.case and retrieval.leaves_out(index.rulebook, act.case, act.element):
        return Judgement(Effect.DENY, (retrieval.reason(index.rulebook, act.case),))
    known = {**dict(act.facts), **decision.circumstances(index.environment, profiles)}
    return engine.judge(index.rulebook, profiles=profiles, operation=act.operation, element=act.element, facts=known)


def table(index: Index, held: frozenset[str], act: Act | Fault) -> list[Alternative]:
    """The answer for each profile that the operation concerns, in order; `held` are those of the question."""
    if isinstance(act, Fault):
        return []
    made = []
    for profile in (*catalogue.AccessProfile, *catalogue.FeedingProfile):
        code = frozenset({profile.value})
        if (act.operation == PATCH) != (catalogue.direction(code) == "feeding"):
            continue
        said = judge(index, code, act)
        made.append(
            Alternative(profile.value, profile.label, said.effect, said.reasons[0].sentence, profile.value in held)
        )
    return made
