"""The usual question of a gateway, read and answered as bytes without the web framework; None for any other.

What this module answers is exactly what `api` would: it takes only what needs no judgement of form (plain texts within
their lengths, one caller, no stated instant, fact or region) and leaves the rest, mistakes included, to `api`.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson

from portal.web.wording import PARIS

from . import decision, feeding_path
from .feeding_path import FeedingCall
from .gate import Gate
from .moment import Moment
from .question import PATCH, Question, normalised_fingerprint
from .tally import VERDICTS

AT_MOST = 100  # questions in one call
LONGEST = {
    "client_id": 200,
    "fingerprint": 95,
    "operation": 40,
    "element": 200,
    "establishment": 40,
    "path": feeding_path.MAX_CHARACTERS,
    "environment": 10,
}
ENVIRONMENTS = ("production", "sandbox")
_FINGERPRINT = re.compile(r"[0-9A-Fa-f:]{64,95}", re.ASCII)
_WRITTEN = re.compile(r"[0-9a-f]{64}", re.ASCII)  # as the index writes them

GateOf = Callable[[str], Gate | None]  # by environment; None when the index must be read again


def answer(body: bytes, gate_of: GateOf, *, at: Moment) -> bytes | None:
    """The JSON answer at an instant, or None when the framework must answer."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if type(given) is dict:
        said = _one(given, gate_of, at)
        return None if said is None or _says_twice(body, (given,)) else _written(said, (said,), at)
    if type(given) is not list or not 1 <= len(given) <= AT_MOST:
        return None
    all_said = [_one(each, gate_of, at) for each in given]
    return None if None in all_said or _says_twice(body, given) else _written(all_said, all_said, at)


def _says_twice(body: bytes, asked: Sequence[dict[str, Any]]) -> bool:
    """Whether plain questions may say a rubric twice, of which the parser kept the last: the framework refuses that.

    A name and a text take two quotes each: any more are those of what was dropped, or are escaped in a text.
    """
    return body.count(b'"') != sum(4 * len(each) - 2 * ("explain" in each) for each in asked)


def _written(said: Any, answers: Any, at: Moment) -> bytes:
    """The answer as bytes; counts what is answered here (what the framework answers, it counts itself)."""
    for each in answers:
        reasons = each["reasons"]
        VERDICTS.note(at.day, each["environment"], each["effect"], reasons[0].code if reasons else "")
    return orjson.dumps(said)


def _one(given: Any, gate_of: GateOf, at: Moment) -> dict[str, Any] | None:
    """The answer to one question, whose rubrics are texts that the form takes as they are."""
    if type(given) is not dict or not _plain(given):
        return None
    get = given.get
    gate = gate_of(get("environment", "production"))
    operation, element, finess = get("operation"), get("element"), get("establishment")
    if "path" in given:
        call = None if operation or finess else feeding_path.read(given["path"])
        if type(call) is not FeedingCall:
            return None
        operation, element, finess = PATCH, element or feeding_path.RESOURCE, call.finess
    if gate is None or not operation:
        return None
    print_, client = get("fingerprint"), get("client_id")
    if print_ is None:
        return None if client is None else _said(gate, "client_id", client, (operation, element, finess), given, at)
    name = "" if client else _fingerprint(print_)
    return _said(gate, "fingerprint", name, (operation, element, finess), given, at) if name else None


def _plain(given: dict[Any, Any]) -> bool:
    """Every rubric is known here, and its value is one that the form takes as it is."""
    for key, text in given.items():
        longest = LONGEST.get(key)
        if longest is None:
            if key != "explain" or type(text) is not bool:
                return False
        elif type(text) is not str or not 0 < len(text) <= longest or not text.isprintable() or text.strip() != text:
            return False
    return given.get("environment", "production") in ENVIRONMENTS


def _fingerprint(text: str) -> str:
    """The fingerprint as the index writes it; empty for what is none."""
    if _WRITTEN.fullmatch(text):
        return text
    if not _FINGERPRINT.fullmatch(text):
        return ""
    found = normalised_fingerprint(text)
    return found if len(found) == 64 else ""


def _said(
    gate: Gate, caller: str, name: str, act: tuple[str, str | None, str | None], given: dict[str, Any], at: Moment
) -> dict[str, Any]:
    """The answer to the caller (`caller` is the rubric that names him) about (operation, element, establishment)."""
    ask = gate.by_fingerprint if caller == "fingerprint" else gate.by_client_id
    operation, element, finess = act
    outcome, entry = ask(name, operation, element, finess, at.posix)
    reasons = outcome.reasons if given.get("explain", True) else ()
    if reasons is None:  # they depend on the question: only the full judgement tells them
        instant = datetime.fromtimestamp(at.posix, PARIS)
        asked = Question(operation, instant, element=element, establishment=finess, **{caller: name})  # type: ignore[arg-type]
        reasons = decision.decide(gate.index, asked).reasons
    index = gate.index
    return {
        "effect": outcome.effect,
        "reasons": reasons,
        "entry": entry,
        "environment": index.environment,
        "at": at.text,
        "policy_version": index.rulebook.number,
        "publication_version": index.version,
    }
