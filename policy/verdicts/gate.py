"""The same decision as `decision`, prepared for questions asked by the million: one caller, one act, no stated fact.

A gate is made once over an index, and swapped with it. It answers from a table of callers and, for each set of
profiles, a table of what the policy says; whatever is out of the ordinary (several rights for one caller) is handed to
`decision`, which stays the only judge. A refusal takes the way of a permission: it costs the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any, NamedTuple

from policy.profiles import engine
from policy.profiles.engine import Effect, Reason

from . import decision, grounds
from .grounds import Ground
from .index import APPROVED, SUSPENDED, Index, Right
from .question import PATCH, Question


class Outcome(NamedTuple):
    """An answer and why: `code` is that of the first reason. One object per kind of answer, shared by all callers.

    `reasons` is None where they depend on the question: `decision.decide` then tells them.
    """

    effect: Effect
    code: str
    reasons: tuple[Reason, ...] | None = None


# (fingerprint or client id, operation, element, establishment, POSIX instant) -> outcome, entry ("" for a stranger)
Ask = Callable[[str, str, str | None, str | None, float], tuple[Outcome, str]]
Cells = dict[str, dict[str | None, Outcome]]  # by operation, then by element


@dataclass(frozen=True)
class Gate:
    """What answers: by certificate and by client id, over one index."""

    index: Index
    by_fingerprint: Ask
    by_client_id: Ask


def over(index: Index) -> Gate:
    """The gate of an index."""
    cells: dict[frozenset[str], Cells] = {}
    return Gate(
        index,
        _asking(index, _table(index, index.by_fingerprint, cells), "fingerprint"),
        _asking(index, _table(index, index.by_client_id, cells), "client_id"),
    )


def _table(index: Index, callers: Any, cells: dict[frozenset[str], Cells]) -> dict[str, tuple[Any, ...]]:
    """(opens, closes, cells, perimeter, entry) by caller; opens never where `decision` must look closer."""
    return {name: _held(index, rights, cells) for name, rights in callers.items()}


def _held(index: Index, rights: tuple[Right, ...], cells: dict[frozenset[str], Cells]) -> tuple[Any, ...]:
    right = rights[0]
    if len(rights) > 1:
        return inf, -inf, None, None, ""
    if right.state != APPROVED:
        ground = Ground.SUSPENDED if right.state == SUSPENDED else Ground.NOT_IN_FORCE
        return inf, -inf, None, _REFUSED[ground], right.entry
    if right.region:
        return right.opens, right.closes, _ELSEWHERE, None, right.entry
    known = cells.setdefault(right.profiles, {operation: {} for operation in index.rulebook.operations})
    return right.opens, right.closes, known, right.perimeter, right.entry


_REFUSED = {ground: Outcome(Effect.DENY, ground) for ground in Ground}
_EARLY, _LATE = _REFUSED[Ground.NOT_YET_EFFECTIVE], _REFUSED[Ground.CERTIFICATE_EXPIRED]
_NOWHERE, _REGIONAL = _REFUSED[Ground.ESTABLISHMENT_MISSING], _REFUSED[Ground.REGION_MISSING]
_ELSEWHERE: Cells = {}  # of a right limited to a region: no question here says its region, and nothing is ever kept


def _asking(index: Index, table: dict[str, tuple[Any, ...]], caller: str) -> Ask:
    """The question, closed over its tables: a call costs a few look-ups."""
    stranger, outside = _stranger(index), _REFUSED[Ground.ESTABLISHMENT_OUTSIDE]
    numbers = index.numbers.get
    closer = _closer(index, caller)

    def ask(
        name: str, operation: str, element: str | None, finess: str | None, at: float, get: Any = table.get
    ) -> tuple[Outcome, str]:
        held = get(name)
        if held is None:
            return stranger, ""
        opens, closes, cells, perimeter, entry = held
        if not opens <= at <= closes:
            if cells is None:
                return (perimeter, entry) if perimeter else closer(name, operation, element, finess, at)
            return _EARLY if at < opens else _LATE, entry
        if operation == PATCH:
            if perimeter is None or not finess:
                return _REGIONAL if perimeter is None else _NOWHERE, entry
            number = numbers(finess)
            if number is None or number not in perimeter:
                return outside, entry
        try:
            return cells[operation][element], entry
        except KeyError:
            return learn(name, operation, element, cells), entry

    def learn(name: str, operation: str, element: str | None, cells: Cells) -> Outcome:
        if cells is _ELSEWHERE:
            return _REGIONAL
        profiles = getattr(index, f"by_{caller}")[name][0].profiles
        outcome = _by_policy(index, profiles, operation, element)
        if operation in cells and index.rulebook.named(element):  # names that anybody may invent are not kept
            cells[operation][element] = outcome
        return outcome

    return ask


def _closer(index: Index, caller: str) -> Ask:
    """What is out of the ordinary, as `decision` judges it."""

    def closer(name: str, operation: str, element: str | None, finess: str | None, at: float) -> tuple[Outcome, str]:
        instant = datetime.fromtimestamp(at, UTC)
        asked = Question(operation, instant, element=element, establishment=finess, **{caller: name})  # type: ignore[arg-type]
        verdict = decision.decide(index, asked)
        return Outcome(verdict.effect, verdict.reasons[0].code, verdict.reasons), verdict.entry

    return closer


def _stranger(index: Index) -> Outcome:
    ground = Ground.UNKNOWN_CALLER if index.version else Ground.NO_PUBLICATION
    return Outcome(Effect.DENY, ground, (Reason(ground, grounds.say(ground)),))


def _by_policy(index: Index, profiles: frozenset[str], operation: str, element: str | None) -> Outcome:
    """What the policy says within the perimeters of the right."""
    facts = decision.circumstances(index.environment, profiles)
    said = engine.judge(index.rulebook, profiles=profiles, operation=operation, element=element, facts=facts)
    return Outcome(said.effect, said.reasons[0].code, said.reasons)
