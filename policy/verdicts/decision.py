"""Decides: who calls, is the right in force, does it reach this establishment and region, does its profile allow this.

Two ways to one answer. `effect` gives the answer alone, in a few look-ups; `decide` gives the same answer with every
reason, the rules that counted and their sources. Both are total: whatever is asked, a malformed question is refused,
nothing is raised. The portal, its simulator and the gateways' agent call this module, so they cannot disagree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

from pyroaring import FrozenBitMap

from policy.profiles import catalogue, choices, engine
from policy.profiles.catalogue import AccessProfile
from policy.profiles.engine import Effect, Reason
from policy.profiles.rulebook import (
    DIRECTION,
    ENVIRONMENT,
    ESTABLISHMENT_PERIMETER,
    INSIDE,
    OUTSIDE,
    REGION_PERIMETER,
    Case,
    Rulebook,
)

from . import feeding_path, grounds, retrieval
from .feeding_path import PathFault
from .grounds import Ground
from .index import APPROVED, SUSPENDED, Index, Right
from .question import PATCH, Question

NOBODY = ""
# whoever does not say his name, where the policy lets him read what is open to everybody
UNNAMED = Right(NOBODY, "", frozenset({AccessProfile.P0.value}), APPROVED, -inf, inf, "", FrozenBitMap())


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, its reasons (none when no explanation was asked for), the entry it rests on and the versions used.

    `entry` is empty when the caller is not on the list. Anything but PERMIT is not a permission.
    """

    effect: Effect
    reasons: tuple[Reason, ...]
    entry: str
    policy_version: str
    publication_version: int


class Act(NamedTuple):
    """What a well-formed question asks for, whoever asks; `finess` is None when no establishment is named."""

    at: float
    operation: str
    element: str | None
    finess: str | None
    region: str
    facts: tuple[tuple[str, str], ...]
    case: Case | None = None


class Fault(NamedTuple):
    """What makes a question unreadable."""

    ground: str
    sentence: str


def effect(index: Index, question: Question) -> Effect:
    """The answer without its reasons."""
    return _weigh(index, question)[0]


def decide(index: Index, question: Question, *, explain: bool = True) -> Verdict:
    """The answer and why; with ``explain=False`` the same answer without reasons, at the price of `effect`."""
    answer, right, act = _weigh(index, question)
    reasons = _reasons(index, question, right, act) if explain else ()
    return Verdict(answer, reasons, right.entry if right else NOBODY, index.rulebook.number, index.version)


def _weigh(index: Index, question: Question) -> tuple[Effect, Right | None, Act | Fault]:
    """The answer, the right that gave it (of several, the most favourable, then the first) and the act asked for."""
    act = _act(index, question)
    if isinstance(act, Fault):
        return Effect.DENY, None, act
    best, holder = Effect.DENY, None
    for right in rights(index, question):
        answer = _of_right(index, right, act)
        if holder is None or engine.STRENGTH[answer] > engine.STRENGTH[best]:
            best, holder = answer, right
    return best, holder, act


def rights(index: Index, question: Question) -> tuple[Right, ...]:
    """What the caller of a question holds: by its certificate, by the name in it, or by its client id."""
    if question.fingerprint:
        return index.by_fingerprint.get(question.fingerprint) or index.by_name.get(question.name or NOBODY, ())
    if not question.client_id and choices.anonymous_reads(index.rulebook):
        return (UNNAMED,)
    return index.by_client_id.get(question.client_id or "", ())


def _of_right(index: Index, right: Right, act: Act) -> Effect:
    if (
        right.state != APPROVED
        or not right.opens <= act.at <= right.closes
        or (right.region and right.region != act.region)
    ):
        return Effect.DENY
    if act.operation == PATCH:
        number = index.numbers.get(act.finess)  # type: ignore[arg-type]
        if number is None or number not in right.perimeter:
            return Effect.DENY
    if act.case and retrieval.leaves_out(index.rulebook, act.case, act.element):
        return Effect.DENY
    if act.facts:
        return _by_profile(index.rulebook, right.profiles, index.environment, act.operation, act.element, act.facts)
    return _by_profile_alone(index.rulebook, right.profiles, index.environment, act.operation, act.element)


def circumstances(environment: str, profiles: frozenset[str]) -> dict[str, str]:
    """What is known of every call that a right reaches: its perimeters, its environment, the direction it serves."""
    return {
        ESTABLISHMENT_PERIMETER: INSIDE,
        REGION_PERIMETER: INSIDE,
        ENVIRONMENT: environment,
        DIRECTION: catalogue.direction(profiles),
    }


@lru_cache(maxsize=8192)
def _by_profile_alone(
    book: Rulebook, profiles: frozenset[str], environment: str, operation: str, element: str | None
) -> Effect:
    """The same for a call about which no fact is stated, as gateways ask: few answers, asked over and over."""
    return _by_profile(book, profiles, environment, operation, element, ())


def _by_profile(
    book: Rulebook,
    profiles: frozenset[str],
    environment: str,
    operation: str,
    element: str | None,
    facts: tuple[tuple[str, str], ...],
) -> Effect:
    """What the policy answers within the perimeters, which the right has already been found to reach."""
    if operation not in book.operations:
        return Effect.DENY
    known = {**dict(facts), **circumstances(environment, profiles)}
    return engine.effect(book, profiles=profiles, operation=operation, element=element, facts=known)


def _act(index: Index, question: Any) -> Act | Fault:
    """The act of a question, or the first thing that makes the question unreadable, its caller included."""
    if isinstance(question, Question) and (ground := _wrong_caller(index, question)):
        return Fault(ground, grounds.say(ground))
    return act_of(index, question)


def act_of(index: Index, question: Any) -> Act | Fault:
    """What a question asks for, whoever asks."""
    if not isinstance(question, Question):
        return Fault(Ground.MALFORMED, grounds.say(Ground.MALFORMED))
    if ground := _wrong_kind(question):
        return Fault(ground, grounds.say(ground))
    if question.path is not None:
        return _act_of_path(question, question.path)
    if question.case:
        return _act_of_case(index, question, question.case)
    if not question.operation:
        return Fault(Ground.NO_OPERATION, grounds.say(Ground.NO_OPERATION))
    return _made(question, question.operation, question.element, question.establishment)


def _wrong_caller(index: Index, question: Question) -> Ground | None:
    callers = [caller for caller in (question.fingerprint, question.client_id) if caller not in (None, "")]
    if not callers and choices.anonymous_reads(index.rulebook):
        return None
    return None if len(callers) == 1 and isinstance(callers[0], str) else Ground.CALLER


def _wrong_kind(question: Question) -> Ground | None:
    texts = (
        question.operation,
        question.element,
        question.establishment,
        question.path,
        question.region,
        question.case,
        question.name,
    )
    if not all(text is None or isinstance(text, str) for text in texts) or not isinstance(question.facts, Mapping):
        return Ground.MALFORMED
    if not isinstance(question.at, datetime) or question.at.utcoffset() is None:
        return Ground.INSTANT
    return None


def _act_of_path(question: Question, path: str) -> Act | Fault:
    """A feeding call: its line gives the operation, the establishment and, unless the body was read, the resource."""
    call = feeding_path.read(path)
    if isinstance(call, PathFault):
        return Fault(call, call.label)
    if question.operation not in (None, "", PATCH) or question.establishment not in (None, "", call.finess):
        return Fault(Ground.PATH_CONTRADICTED, grounds.say(Ground.PATH_CONTRADICTED))
    return _made(question, PATCH, question.element or feeding_path.RESOURCE, call.finess)


def _act_of_case(index: Index, question: Question, code: str) -> Act | Fault:
    """A retrieval case: it gives the operation."""
    case = retrieval.named(index.rulebook, code, question.operation)
    if isinstance(case, Ground):
        return Fault(case, grounds.say(case))
    return _made(question, case.operation, question.element, question.establishment)._replace(case=case)


def _made(question: Question, operation: str, element: str | None, finess: str | None) -> Act:
    facts = tuple(sorted(engine.stated(question.facts).items())) if question.facts else ()
    return Act(question.at.timestamp(), operation, element or None, finess or None, question.region or "", facts)


def _reasons(index: Index, question: Question, right: Right | None, act: Act | Fault) -> tuple[Reason, ...]:
    """All that counted: what blocks first, then what the policy says of the profiles."""
    if isinstance(act, Fault):
        return (Reason(act.ground, act.sentence),)
    if right is None:
        ground = Ground.NO_PUBLICATION if not index.version else Ground.UNKNOWN_CALLER
        return (Reason(ground, grounds.say(ground)),)
    blocking = _blocking(index, right, act)
    said = tuple(Reason(ground, grounds.say(ground, right=right, act=act)) for ground in blocking)
    if act.case and retrieval.leaves_out(index.rulebook, act.case, act.element):
        return (*said, retrieval.reason(index.rulebook, act.case))
    return said + _judged(index, right, act, blocking)


def _blocking(index: Index, right: Right, act: Act) -> list[Ground]:
    """Why this right does not serve here and now, whatever its profiles."""
    checks = [
        (Ground.SUSPENDED, right.state == SUSPENDED),
        (Ground.NOT_IN_FORCE, right.state not in (APPROVED, SUSPENDED)),
        (Ground.NOT_YET_EFFECTIVE, act.at < right.opens),
        (Ground.CERTIFICATE_EXPIRED, act.at > right.closes),
        (Ground.REGION_MISSING, bool(right.region) and not act.region),
        (Ground.REGION_OUTSIDE, bool(right.region) and bool(act.region) and act.region != right.region),
        (Ground.ESTABLISHMENT_MISSING, act.operation == PATCH and act.finess is None),
        (
            Ground.ESTABLISHMENT_OUTSIDE,
            act.operation == PATCH
            and act.finess is not None
            and not _within(index, right.perimeter | right.barred, act),
        ),
        (Ground.ESTABLISHMENT_CLOSED, act.operation == PATCH and _within(index, right.barred, act)),
        (Ground.PROFILE_CLOSED, bool(right.shut) and _would_open(index, right, act)),
    ]
    return [ground for ground, holds in checks if holds]


def _within(index: Index, places: FrozenBitMap, act: Act) -> bool:
    number = index.numbers.get(act.finess) if act.finess else None
    return number is not None and number in places


def _would_open(index: Index, right: Right, act: Act) -> bool:
    """Whether the policy would allow the act to the profiles closed for now, and does not to those left."""
    left, whole = (
        _by_profile(index.rulebook, profiles, index.environment, act.operation, act.element, act.facts)
        for profiles in (right.profiles, right.profiles | right.shut)
    )
    return left is Effect.DENY and whole is not Effect.DENY


def _judged(index: Index, right: Right, act: Act, blocking: list[Ground]) -> tuple[Reason, ...]:
    """The policy's own reasons, with the perimeters as found; none where it would permit what something else blocks."""
    facts = {
        **dict(act.facts),
        **circumstances(index.environment, right.profiles),
        ESTABLISHMENT_PERIMETER: INSIDE
        if not {Ground.ESTABLISHMENT_OUTSIDE, Ground.ESTABLISHMENT_CLOSED} & {*blocking}
        else OUTSIDE,
        REGION_PERIMETER: OUTSIDE if Ground.REGION_OUTSIDE in blocking else INSIDE,
    }
    judgement = engine.judge(
        index.rulebook, profiles=right.profiles, operation=act.operation, element=act.element, facts=facts
    )
    return () if blocking and judgement.effect is not Effect.DENY else judgement.reasons
