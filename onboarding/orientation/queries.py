"""The questionnaire in force, its history, and what the portal knows around a visitor's answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from onboarding.candidacies.queries import openings
from policy.grants.direction import Direction
from policy.profiles import portrait
from policy.profiles import queries as profiles
from policy.profiles.portrait import Portrait
from portal.calendar.deadlines import paris_date
from portal.parameters import queries as parameters
from portal.parties import queries as parties
from portal.parties.models import DigitalService
from portal.parties.roles import PREPARERS
from portal.reference import queries as reference

from . import questionnaire_file
from .answer import Answer, Surroundings
from .models import OrientationVersion
from .questionnaire import Option, Questionnaire

DELIVERED = 1


@dataclass(frozen=True, slots=True)
class InForce:
    """The questionnaire that visitors get; `version` is None for the delivered one."""

    number: int
    book: Questionnaire
    source: str
    version: OrientationVersion | None


def in_force(*, at: datetime | None = None) -> InForce:
    """The last version published by the agency, or the one delivered with the portal, offering the regions of now."""
    latest = OrientationVersion.objects.first()
    source = latest.source if latest else _delivered()
    read = _read(source) if latest else questionnaire_of_the_portal()
    book = _offering(read, reference.regions_at(paris_date(at or timezone.now())))
    return InForce(latest.number if latest else DELIVERED, book, source, latest)


def _offering(book: Questionnaire, regions: Mapping[str, str]) -> Questionnaire:
    """The questionnaire with these regions to choose from; its conditions stay as they were read."""
    options = tuple(Option(code, name) for code, name in regions.items())
    asked = (
        replace(one, options=options) if one.reference == questionnaire_file.REGIONS else one for one in book.questions
    )
    return replace(book, questions=tuple(asked))


@lru_cache(maxsize=1)
def _delivered() -> str:
    return questionnaire_file.SHIPPED.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def questionnaire_of_the_portal() -> Questionnaire:
    """The questionnaire delivered with the portal, which names the regions delivered with it."""
    return questionnaire_file.read(_delivered())


@lru_cache(maxsize=8)
def _read(source: str) -> Questionnaire:
    """A text accepted once: the regions that it names were in a nomenclature then, whatever became of them."""
    return questionnaire_file.read(source, regions=reference.regions_ever())


def history() -> list[OrientationVersion]:
    """The versions published by the agency, the last first, without their text."""
    return list(OrientationVersion.objects.select_related("published_by").defer("source"))


def surroundings(*, at: datetime) -> Surroundings:
    """The routes of the regions and the setting of the consumption charter."""
    regions = reference.regions()
    charter = parameters.value("charter.consumption_required", at=at)
    routes = {region.code: region.feeding_route for region in regions}
    return Surroundings(routes, {region.code: region.name for region in regions}, str(charter))


def portraits(said: Answer, *, at: datetime) -> list[Portrait]:
    """The profiles proposed, told by the access policy in force: what each opens, and what it closes."""
    book = profiles.rulebook_of(profiles.in_force(at))
    if not book.rules:
        return []
    codes = [*([said.access_profile] if said.access_profile else []), *said.feeding_profiles]
    return [portrait.of(book, code) for code in codes]


def services_for(user: Any, direction: str) -> list[DigitalService]:
    """The services for which this person may open a candidacy in a direction now, by name."""
    mine = DigitalService.objects.visible_to(user).select_related("owner").order_by("name", "pk")
    return [
        service
        for service in mine
        if parties.roles_in(user, service.owner_id) & PREPARERS
        and Direction(direction) in openings.directions_left(service)
    ]
