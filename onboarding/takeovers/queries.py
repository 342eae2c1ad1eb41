"""What is known already of a service to take over, and how the published list differs from what was taken over."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from onboarding.establishments import queries as lists
from onboarding.establishments.models import EstablishmentList
from onboarding.takeovers.lifecycle import LineState, State
from onboarding.takeovers.models import TakeOver, TakeOverLine, TakeOverQuerySet
from onboarding.takeovers.sheet import Column, Taken
from onboarding.vendors.identity import Identity
from policy.certificates.environments import Environment
from policy.grants.lifecycle import LIVING
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.parties.models import DigitalService, LegalEntity
from portal.web import folding

CLOSED = "Ce fichier porte sur un organisme dont la lecture vous est fermée : un autre gestionnaire le confirme."
CREATED = (LineState.CREATED, LineState.RELEASED)


def entity_of(identity: Identity) -> LegalEntity | None:
    """The legal entity of that number."""
    own = Q(siren=identity.siren) if identity.siren else Q(finess_ej=identity.finess_ej)
    return LegalEntity.objects.filter(own).first()


def service_of(entity: LegalEntity, name: str) -> DigitalService | None:
    """The service of that name, whatever its accents and capitals."""
    return entity.services.filter(name_folded=folding.fold(name)).first()


def known_right(taken: Taken) -> Grant | None:
    """The living right that the service already has in that direction."""
    entity = entity_of(taken.identity)
    service = service_of(entity, taken.service) if entity else None
    return Grant.objects.living().filter(service=service, direction=taken.direction).first() if service else None


def ended_right(service: DigitalService, direction: str) -> Grant | None:
    """The last right that the service had in that direction and that was withdrawn: a take-over gives none back."""
    ended = Grant.objects.filter(service=service, direction=direction).exclude(state__in=LIVING)
    return ended.order_by("-pk").first()


def numbers_of(listed: EstablishmentList) -> list[str]:
    """The valid numbers of a list."""
    return list(lists.numbers(listed))


def listed(user: Any) -> TakeOverQuerySet:
    """The take-overs, the latest first, with the number of their lines by state."""
    counts = {f"{state.value}_count": Count("lines", filter=Q(lines__state=state.value)) for state in LineState}
    return TakeOver.objects.visible_to(user).select_related("proposed_by", "settled_by").annotate(**counts)


def lines_of(takeover: TakeOver, user: Any) -> list[TakeOverLine]:
    """Every line but those of entities closed to that person, with its right and its entry of the production list."""
    entries = WhitelistEntry.objects.living().filter(grant=OuterRef("grant"), environment=Environment.PRODUCTION)
    entry = entries.order_by("-pk").values("reference")[:1]
    found = takeover.lines.select_related("grant__service", "grant__holder").defer("cells")
    closed = closed_lines(takeover, user)
    return [line for line in found.annotate(entry=Subquery(entry)) if line.number not in closed]


def closed_lines(takeover: TakeOver, user: Any) -> set[int]:
    """The lines that name, by a number or by their right, an entity closed to this person."""
    closed = list(LegalEntity.objects.closed_to(user))
    numbers = {number for entity in closed for number in (entity.siren, entity.finess_ej) if number}
    if not numbers:
        return set()
    keys = {entity.pk for entity in closed}
    rows = takeover.lines.select_related("grant").only("number", "cells", "grant__holder")
    return {
        line.number
        for line in rows
        if (line.grant is not None and line.grant.holder_id in keys) or numbers & named(line.cells)
    }


def named(cells: dict[str, str]) -> set[str]:
    """The SIREN and the FINESS EJ that a line gives, as far as they can be read."""
    siren = "".join(filter(str.isalnum, cells.get(Column.SIREN, "")))
    return {siren[:9], "".join(filter(str.isalnum, cells.get(Column.FINESS, ""))).upper()} - {""}


def being_worked_on() -> TakeOver | None:
    """The oldest take-over whose lines the worker has to examine or to create."""
    return TakeOver.objects.filter(state__in=[State.EXAMINING, State.CREATING]).order_by("pk").first()


def progress(takeover: TakeOver) -> int:
    """How far the worker is, in hundredths of the lines."""
    left = LineState.WAITING if takeover.state == State.EXAMINING else LineState.READY
    total = takeover.lines.count()
    return 100 - round(100 * takeover.lines.filter(state=left).count() / total) if total else 100


@dataclass(frozen=True, slots=True)
class Gap:
    """How the list in force differs from a file: what it lacks of the file, and what it holds besides."""

    unpublished: tuple[TakeOverLine, ...]
    others: tuple[WhitelistEntry, ...]

    @property
    def is_none(self) -> bool:
        """Whether the list in force is the file, no more and no less."""
        return not (self.unpublished or self.others)


def gap(takeover: TakeOver, lines: list[TakeOverLine], user: Any) -> Gap:
    """The difference between the production list in force and the lines of the file, as a person may see both.

    A line counts as published when its right is in force, created by the file or known before it.
    """
    in_force = WhitelistEntry.objects.visible_to(user).in_force().filter(environment=Environment.PRODUCTION)
    rows = list(in_force.select_related("grant").defer("establishments").order_by("reference"))
    held = {row.grant_id for row in rows}
    ours = {line.grant_id for line in lines if line.grant_id}
    waiting = [line for line in lines if line.grant_id not in held]
    return Gap(tuple(waiting), tuple(row for row in rows if row.grant_id not in ours))
