"""A refusal takes the way of a permission: the time of an answer tells nothing that the answer does not say.

Counted in calls of functions, which neighbours on the machine do not change; `make bench` times the same (P1.1-refusal).
"""

import sys
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from policy.profiles import rulebook_file
from policy.verdicts import express, gate, index, moment
from policy.verdicts.gate import Gate
from tests.factories import verdicts as made

MARGIN = 4  # calls, of about a hundred
READER = {"feeding_profiles": [], "access_profile": 2, "establishments": []}
PERMITTED: dict[bool, dict[str, Any]] = {  # by whether the question names an establishment: it is then longer to read
    True: {"client_id": "writer", "establishment": made.FIRST},
    False: {"client_id": "reader", "operation": "read", "element": "Organization.description"},
}
KINDS: dict[str, dict[str, Any]] = {
    "outside the list": {"client_id": "writer", "establishment": made.OTHER},
    "unknown establishment": {"client_id": "writer", "establishment": "999999999"},
    "no establishment": {"client_id": "writer"},
    "unknown caller": {"client_id": "stranger", "establishment": made.FIRST},
    "suspended": {"client_id": "suspended", "establishment": made.FIRST},
    "not yet effective": {"client_id": "later", "establishment": made.FIRST},
    "another element": {"client_id": "writer", "establishment": made.FIRST, "element": "HealthcareService.location"},
    "another region": {"client_id": "regional", "operation": "read"},
    "profile": {"client_id": "reader", "operation": "read", "element": "Organization.orsan"},
}


@pytest.fixture(scope="module")
def opened() -> Gate:
    entries = [
        made.entry(1, client_id="writer"),
        made.entry(2, client_id="suspended", state="suspended"),
        made.entry(3, client_id="later", effective_at="2090-01-01T00:00:00Z"),
        made.entry(4, client_id="regional", region="53", **READER),
        made.entry(5, client_id="reader", **READER),
    ]
    book = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
    return gate.over(index.build(made.document(*entries), book))


def answered(opened: Gate, question: dict[str, Any]) -> tuple[Callable[[], bytes | None], str]:
    """What answers a question, once it was learnt, and its effect."""
    asked = {"operation": "patch", "element": "Location", "explain": False, **question}
    body = orjson.dumps(asked)

    def answer() -> bytes | None:
        return express.answer(body, lambda _: opened, at=moment.of(made.AT.timestamp()))

    said = answer()
    assert said is not None
    return answer, orjson.loads(said)["effect"]


def calls(side: Callable[[], Any]) -> int:
    """How many functions are entered or left."""
    count = 0

    def note(*_: Any) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        side()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_costs_what_a_permission_costs(opened: Gate, kind: str) -> None:
    permit, effect = answered(opened, PERMITTED["establishment" in KINDS[kind]])
    assert effect == "permit"
    refuse, effect = answered(opened, KINDS[kind])
    assert effect == "deny"
    assert abs(calls(refuse) - calls(permit)) <= MARGIN
