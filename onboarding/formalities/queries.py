"""What was declared of each formality, how the eleven steps stand for a service, and what forms are filled with."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from onboarding.candidacies.models import Candidacy
from onboarding.formalities import eleven, sheets
from onboarding.formalities.eleven import Line
from onboarding.vendors import queries as vendors
from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.parties import queries as parties
from portal.parties.models import DigitalService
from portal.statements.queries import Given, statement

from .kinds import Formality, OfficialForm
from .models import FormalityDeclaration, FormSheet, OfficialPdf


def declared_for(services: Iterable[DigitalService]) -> dict[int, dict[Formality, FormalityDeclaration]]:
    """What stands declared for each of these services, its entity's own included; one query."""
    services = list(services)
    owners = {service.owner_id for service in services}
    found = _declared().rows(services=[service.pk for service in services], owners=owners)
    return {
        service.pk: {
            Formality(one.formality): one
            for one in found
            if one.service_id == service.pk or (one.service_id is None and one.legal_entity_id == service.owner_id)
        }
        for service in services
    }


@statement
def _declared() -> "QuerySet[FormalityDeclaration]":
    owned = Q(service=None, legal_entity__in=Given("owners", many=True))
    mine = Q(service__in=Given("services", many=True)) | owned
    return FormalityDeclaration.objects.standing().filter(mine).select_related("declared_by", "proof")


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the eleven steps of a service, and what was declared of it."""

    line: Line
    declaration: FormalityDeclaration | None


@dataclass(frozen=True, slots=True)
class Way:
    """The eleven steps of a service in one direction."""

    direction: Direction
    steps: tuple[Shown, ...]


def ways_of(service: DigitalService) -> list[Way]:
    """The eleven steps in each direction that the service asked for, or holds; feeding when it asked for none."""
    candidacies = {one.direction: one for one in Candidacy.objects.filter(service=service).order_by("pk")}
    grants = {one.direction: one for one in Grant.objects.living().filter(service=service).defer("establishments")}
    declared = declared_for([service])[service.pk]
    directions = [one for one in reversed(Direction) if one in {*candidacies, *grants}] or [Direction.FEEDING]
    return [
        Way(
            direction,
            tuple(
                Shown(line, declared.get(line.row.formality) if line.row.formality else None)
                for line in eleven.lines(
                    direction,
                    format=candidacies[direction].exchange_format if direction in candidacies else "",
                    without_certificate=_without_certificate(candidacies.get(direction), grants.get(direction)),
                )
            ),
        )
        for direction in directions
    ]


def _without_certificate(candidacy: Candidacy | None, grant: Grant | None) -> bool:
    """Whether the service connects without a certificate: granted profile 0, or asks for it alone."""
    if grant:
        return not grant.needs_certificate
    return candidacy is not None and candidacy.requested_profiles == ["0"]


def known_of(service: DigitalService) -> sheets.Known:
    """What the portal knows that official forms ask for."""
    owner, sheet = service.owner, vendors.sheet_of(service)
    boss = next(iter(parties.legal_representatives(owner)), None)
    latest = Candidacy.objects.filter(service=service).order_by("-opened_at").first()
    verified = vendors.verification_of(owner, boss) if boss else None
    return sheets.Known(
        entity=owner.name,
        siret=owner.siret,
        siren=owner.siren,
        finess=owner.finess_ej,
        street=owner.address,
        postcode=owner.postcode,
        city=owner.city,
        first_name=boss.first_name if boss else "",
        last_name=boss.last_name if boss else "",
        quality=verified.quality if verified else "Responsable légal",
        email=boss.email if boss else "",
        service=service.name,
        version=sheet.software_version,
        technical_name=latest.technical_name if latest else "",
        technical_email=latest.technical_email if latest else "",
        technical_phone=latest.technical_phone if latest else "",
    )


def official_pdf(form: OfficialForm) -> OfficialPdf | None:
    """The official PDF of a form in force, if the agency uploaded one."""
    return OfficialPdf.objects.in_force().filter(form=form).select_related("file__frozen").first()


def fillable_forms() -> set[str]:
    """The forms whose official PDF has fields that ours are matched with."""
    return {pdf.form for pdf in OfficialPdf.objects.in_force() if pdf.matches}


def sheets_of(service: DigitalService) -> list[StoredDocument]:
    """The data sheets printed for a service, the latest first."""
    references = FormSheet.objects.filter(service=service).values("reference")
    found = StoredDocument.objects.filter(kind=Kind.DATA_SHEET, subject_reference__in=references)
    return list(found.order_by("-issued_at"))
