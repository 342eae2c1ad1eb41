"""A ruling as a JSON object, kept while it waits for a second person. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Blocks, Motive, Reserve


def write(ruling: Ruling) -> dict[str, Any]:
    """The object that `read` gives back."""
    return {
        "outcome": ruling.outcome.value,
        "feeding": ruling.granted.letters,
        "access": ruling.granted.access,
        "grounds": ruling.grounds,
        "reservations": [_reserve(one) for one in ruling.reservations],
        "motives": [motive.value for motive in ruling.motives],
        "awaited": [str(block) for block in ruling.awaited],
        "target": ruling.target,
    }


def _reserve(one: Reserve) -> dict[str, str]:
    due = one.due_on.isoformat() if one.due_on else ""
    return {"text": one.text, "blocks": one.blocks.value, "profile": one.profile, "due_on": due}


def read(kept: Mapping[str, Any]) -> Ruling:
    """The ruling of an object that `write` made."""
    return Ruling(
        Outcome(kept["outcome"]),
        Profiles(frozenset(kept["feeding"]), kept["access"]),
        kept["grounds"],
        tuple(
            Reserve(
                one["text"],
                Blocks(one["blocks"]),
                one["profile"],
                date.fromisoformat(one["due_on"]) if one["due_on"] else None,
            )
            for one in kept["reservations"]
        ),
        tuple(Motive(code) for code in kept["motives"]),
        tuple(kept["awaited"]),
        kept["target"],
    )
