"""What a service may still ask for, and what a new candidacy takes over from former ones."""

from typing import Any

from onboarding.candidacies.blocks import FIELDS, LABEL_OF, Block
from onboarding.candidacies.models import Candidacy
from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.parties.models import DigitalService

COPIED = tuple(name for name in LABEL_OF if name not in ("mandate_id", "space"))  # taken from a former candidacy


def predecessor(service: DigitalService, direction: str) -> Candidacy | None:
    """The latest candidacy of the service in that direction that met its end."""
    return Candidacy.objects.closed().filter(service=service, direction=direction).order_by("-opened_at").first()


def under_way(service: DigitalService) -> list[Candidacy]:
    """The candidacies of a service that have not met their end: one per direction at most."""
    return list(Candidacy.objects.open().filter(service=service).order_by("pk"))


def directions_left(service: DigitalService) -> list[Direction]:
    """The directions in which the service may ask for something: no candidacy under way, no living right."""
    busy = {one.direction for one in under_way(service)}
    busy |= set(Grant.objects.living().filter(service=service).values_list("direction", flat=True))
    return [direction for direction in (Direction.FEEDING, Direction.CONSUMPTION) if direction not in busy]


def predecessors(service: DigitalService) -> list[Candidacy]:
    """In each direction, the latest candidacy of the service that met its end."""
    return [found for direction in Direction if (found := predecessor(service, direction))]


def answers_given_before(service: DigitalService, direction: str) -> dict[str, Any]:
    """What the owner already answered: the whole request in the same direction, or the contacts of any other one."""
    same = Candidacy.objects.filter(service=service, direction=direction).order_by("-opened_at").first()
    if same:
        return {name: getattr(same, name) for name in COPIED}
    other = Candidacy.objects.filter(service__owner=service.owner_id).order_by("-opened_at").first()
    shared = FIELDS[Block.CONTACTS]
    return {field.name: getattr(other, field.name) for field in shared} if other else {}
