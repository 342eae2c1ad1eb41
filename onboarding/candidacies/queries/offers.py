"""What the forms of the blocks offer beside the candidacy's own answers."""

from typing import Any

from onboarding.candidacies.blocks import Block
from portal.reference.lifecycle import NomenclatureState
from portal.reference.models import Nomenclature, Region
from portal.reference.spaces import FeedingRoute


def offered(block: Block) -> dict[str, Any]:
    """What the form of a block offers beside the candidacy's own answers."""
    if block is Block.SOLUTION:
        return {"routes": known_routes()}
    return {"nomenclatures": nomenclatures_in_force()} if block is Block.CONFORMITY else {}


def nomenclatures_in_force() -> list[tuple[str, str]]:
    """The versions of nomenclatures in force, as (« TRE_R78 20250523120000 », words)."""
    found = Nomenclature.objects.filter(state=NomenclatureState.IN_FORCE).order_by("name")
    return [(str(one), f"{one.name}, version {one.release} : {one.title}"[:160]) for one in found]


def known_routes() -> dict[str, str]:
    """How the regions that said so are fed, in words, by code."""
    regions = Region.objects.exclude(feeding_route=FeedingRoute.UNKNOWN)
    return {region.code: region.get_feeding_route_display().lower() for region in regions}
