"""The usual question of a gateway, read and answered as bytes without the web framework; None for any other.

What this module answers is exactly what `api` would: it takes only what needs no judgement of form (plain texts within
their lengths, one caller, no stated instant, fact or region) and leaves the rest, mistakes included, to `api`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from . import decision, feeding_path
from .feeding_path import FeedingCall
from .gate import Gate
from .question import PATCH, Question, normalised_fingerprint
from .tally import VERDICTS

AT_MOST = 100  # questions in one call
LONGEST = {"client_id": 200, "operation": 40, "element": 200, "establishment": 40, "path": feeding_path.MAX_CHARACTERS}
KEYS = frozenset(LONGEST) | {"environment", "fingerprint", "explain"}
ENVIRONMENTS = ("production", "sandbox")  # compared, not hashed: what comes may be a list
_FINGERPRINT = re.compile(r"[0-9A-Fa-f:]{64,95}", re.ASCII)

GateOf = Callable[[str], Gate | None]  # by environment; None when the index must be read again


class Act(NamedTuple):
    """What is asked, without who asks."""

    operation: str
    element: str | None
    finess: str | None


def answer(body: bytes, gate_of: GateOf, *, at: datetime) -> bytes | None:
    """The JSON answer at an instant (aware, in the time zone of answers), or None when the framework must answer."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if isinstance(given, dict):
        said = _one(given, gate_of, at)
        return None if said is None else _written(said, [said], at)
    if not isinstance(given, list) or not 1 <= len(given) <= AT_MOST:
        return None
    all_said = [_one(each, gate_of, at) for each in given]
    return None if None in all_said else _written(all_said, all_said, at)


def _written(said: Any, answers: list[Any], at: datetime) -> bytes:
    """The answer as bytes; counts what is answered here (what the framework answers, it counts itself)."""
    for each in answers:
        reason = each["reasons"][0].code if each["reasons"] else ""
        VERDICTS.note(at=at, environment=each["environment"], effect=each["effect"], reason=reason)
    return orjson.dumps(said)


def _one(given: Any, gate_of: GateOf, at: datetime) -> dict[str, Any] | None:
    if not isinstance(given, dict) or not given.keys() <= KEYS:
        return None
    environment, explain = given.get("environment", "production"), given.get("explain", True)
    if environment not in ENVIRONMENTS or not isinstance(explain, bool) or not _plain(given):
        return None
    act, gate = _act(given), gate_of(environment)
    if act is None or gate is None:
        return None
    if "fingerprint" in given:
        name = _fingerprint(given["fingerprint"])
        return _said(gate, Caller("fingerprint", name), act, explain, at) if name and "client_id" not in given else None
    return _said(gate, Caller("client_id", given["client_id"]), act, explain, at) if "client_id" in given else None


class Caller(NamedTuple):
    """Who asks: `kind` is the rubric that names him."""

    kind: str
    name: str


def _plain(given: Mapping[str, Any]) -> bool:
    """Every text is one that the form takes as it is."""
    for key, longest in LONGEST.items():
        text = given.get(key)
        if text is None:
            if key in given:
                return False
        elif not (type(text) is str and 0 < len(text) <= longest and text.isprintable() and text.strip() == text):
            return False
    return True


def _fingerprint(text: Any) -> str:
    if type(text) is not str or not _FINGERPRINT.fullmatch(text):
        return ""
    found = normalised_fingerprint(text)
    return found if len(found) == 64 else ""


def _act(given: Mapping[str, Any]) -> Act | None:
    if "path" not in given:
        operation = given.get("operation")
        return Act(operation, given.get("element"), given.get("establishment")) if operation else None
    if "operation" in given or "establishment" in given:
        return None
    call = feeding_path.read(given["path"])
    if not isinstance(call, FeedingCall):
        return None
    return Act(PATCH, given.get("element") or feeding_path.RESOURCE, call.finess)


def _said(gate: Gate, caller: Caller, act: Act, explain: bool, at: datetime) -> dict[str, Any]:
    ask = gate.by_fingerprint if caller.kind == "fingerprint" else gate.by_client_id
    outcome, entry = ask(caller.name, act.operation, act.element, act.finess, at.timestamp())
    reasons = outcome.reasons if explain else ()
    if reasons is None:  # they depend on the question: only the full judgement tells them
        asked = Question(act.operation, at, element=act.element, establishment=act.finess, **{caller.kind: caller.name})  # type: ignore[arg-type]
        reasons = decision.decide(gate.index, asked).reasons
    return {
        "effect": outcome.effect,
        "reasons": reasons,
        "entry": entry,
        "environment": gate.index.environment,
        "at": at.isoformat(),
        "policy_version": gate.index.rulebook.number,
        "publication_version": gate.index.version,
    }
