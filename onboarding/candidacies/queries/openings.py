"""What a service may still ask for, and what a new candidacy takes over from former ones."""

from collections.abc import Collection
from typing import Any

from onboarding.candidacies.blocks import BLOCK_OF, FIELDS, LABEL_OF, Block
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.parties.models import DigitalService
from portal.reference.spaces import FeedingRoute
from portal.web import wording

OF_ITS_OWN = ("mandate_id", "sponsor_letter_id", "space", "acknowledged_duties")  # said anew for each request
COPIED = tuple(name for name in LABEL_OF if name not in OF_ITS_OWN)  # taken from a former candidacy


def predecessor(service: DigitalService, direction: str) -> Candidacy | None:
    """The latest candidacy of the service in that direction that met its end."""
    return Candidacy.objects.closed().filter(service=service, direction=direction).order_by("-opened_at").first()


def under_way(service: DigitalService) -> list[Candidacy]:
    """The candidacies of a service that have not met their end: one per direction at most."""
    return list(Candidacy.objects.open().filter(service=service).order_by("pk"))


def ending(service: DigitalService, *, carried_on: bool = False) -> str:
    """Why a service asks for nothing new, in French: its end is accepted, or behind; empty otherwise.

    Who takes it over (`carried_on`) gives up, for it, an end that has not come.
    """
    if service.ends_on is None or (carried_on and not service.is_ended):
        return ""
    day = wording.day(service.ends_on)
    if service.is_ended:
        return f"Ce service a pris fin le {day} : il ne peut plus présenter de candidature."
    return f"La fin de ce service est acceptée pour le {day} : il ne présente plus de candidature, sauf à y renoncer."


def directions_left(service: DigitalService) -> list[Direction]:
    """The directions in which the service may ask for something: no candidacy under way, no living right."""
    if service.ends_on:
        return []
    busy = {one.direction for one in under_way(service)}
    busy |= set(Grant.objects.living().filter(service=service).values_list("direction", flat=True))
    return [direction for direction in (Direction.FEEDING, Direction.CONSUMPTION) if direction not in busy]


def predecessors(service: DigitalService) -> list[Candidacy]:
    """In each direction, the latest candidacy of the service that met its end."""
    return [found for direction in Direction if (found := predecessor(service, direction))]


def answers_given_before(service: DigitalService, direction: str) -> dict[str, Any]:
    """What the owner already answered: the whole request in the same direction, or what is true of any other.

    That is contacts, and for the same service its conformity and regions (how each is fed is asked again).
    """
    same = Candidacy.objects.filter(service=service, direction=direction).order_by("-opened_at").first()
    if same:
        return {name: getattr(same, name) for name in COPIED} | {"confidential": list(same.confidential)}
    others = Candidacy.objects.filter(service__owner=service.owner_id).order_by("-opened_at")
    other, sibling = others.first(), others.filter(service=service).first()
    given: dict[str, Any] = {}
    if other:
        given |= _answers(other, Block.CONTACTS)
    if sibling:
        given |= _answers(sibling, Block.CONFORMITY) | _answers(sibling, Block.CONTACTS)
        given["region_routes"] = dict.fromkeys(sibling.region_routes, FeedingRoute.UNKNOWN)
    return given


def region_of(grant: Grant) -> dict[str, Any]:
    """What a change of a regional right says of regions, whatever was asked before: its own, and no other."""
    return {"region_routes": {grant.region: FeedingRoute.UNKNOWN.value}} if grant.region else {}


def in_force(grant: Grant) -> Candidacy | None:
    """The request whose admission gave a right what it grants today; None for a right taken over and not changed since.

    Whatever was refused or given up since grants nothing; nor does what was admitted for a former right of the service,
    since a right taken over has no terms of its own before its first change.
    """
    admitted = Candidacy.objects.filter(service=grant.service, direction=grant.direction, state=State.ADMITTED)
    return admitted.order_by("-opened_at", "-pk").first() if grant.terms.exists() else None


def answers_granted(grant: Grant, base: Candidacy | None, reopened: Collection[str]) -> dict[str, Any]:
    """What a change of a right starts from: the request in force (`base`), and the profiles that the right holds.

    With none in force (a right taken over), contacts only.
    """
    if base:
        answers = {name: getattr(base, name) for name in (*COPIED, *_kept(reopened))}
        answers["confidential"] = list(base.confidential)
    else:
        given = answers_given_before(grant.service, grant.direction)
        answers = {name: value for name, value in given.items() if BLOCK_OF.get(name) is Block.CONTACTS}
    answers["requested_profiles"] = list(grant.feeding_profiles) or [str(grant.access_profile)]
    return answers | region_of(grant)


def _kept(reopened: Collection[str]) -> list[str]:
    """What a change keeps, in the blocks it leaves closed, of what other requests say anew."""
    return [name for name in OF_ITS_OWN if name in BLOCK_OF and BLOCK_OF[name] not in reopened and name != "space"]


def _answers(candidacy: Candidacy, block: Block) -> dict[str, Any]:
    return {field.name: getattr(candidacy, field.name) for field in FIELDS[block]}
