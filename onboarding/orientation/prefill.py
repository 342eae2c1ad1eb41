"""What an orientation fills of a candidacy, block by block, in each direction it calls for."""

from typing import Any

from onboarding.candidacies.blocks import Block
from policy.grants.direction import Direction
from portal.reference.spaces import FeedingRoute

from .answer import Answer
from .questionnaire import NOTHING, Situation

Values = dict[Block, dict[str, Any]]
FEEDING_PURPOSES = {"beds": "bed-availability", "both": "bed-availability", "link": "offer-place-link"}


def values(direction: str, situation: Situation, said: Answer, routes: dict[str, str]) -> Values:
    """The answers to save, without what the orientation did not ask. `routes` maps regions to their own setting."""
    made = _feeding(situation, said, routes) if direction == Direction.FEEDING else _consumption(situation, said)
    made = {block: kept for block, asked in made.items() if (kept := {name: one for name, one in asked.items() if one})}
    if third_party := _one(situation, "third_party"):
        made[Block.THIRD_PARTY] = {"for_third_party": third_party == "yes"}
    return made


def _feeding(situation: Situation, said: Answer, routes: dict[str, str]) -> Values:
    chosen = sorted(situation.get("regions", NOTHING))
    return {
        Block.PURPOSE: {"purpose": FEEDING_PURPOSES.get(_one(situation, "feeding"), "")},
        Block.SOLUTION: {"region_routes": {code: _route(routes.get(code, "")) for code in chosen}},
        Block.PROFILES: {"requested_profiles": said.feeding_profiles},
    }


def _route(setting: str) -> str:
    """The region's own choice; direct while it is not known, to be corrected by the vendor."""
    return FeedingRoute.EAI if setting == FeedingRoute.EAI else FeedingRoute.DIRECT


def _consumption(situation: Situation, said: Answer) -> Values:
    chosen = sorted(situation.get("regions", NOTHING))
    profile = said.access_profile
    return {
        Block.PURPOSE: {"purpose": _one(situation, "purpose")},
        Block.SOLUTION: {"region_routes": dict.fromkeys(chosen, FeedingRoute.UNKNOWN.value)},
        Block.ACCESS: {
            "user_roles": sorted(situation.get("roles", NOTHING)),
            "data_wanted": sorted(situation.get("data", NOTHING)),
            "exchange_format": said.format,
            "retrieval_cases": said.cases,
        },
        Block.PROFILES: {"requested_profiles": [profile] if profile else []},
    }


def _one(situation: Situation, question: str) -> str:
    return next(iter(situation.get(question, NOTHING)), "")
