"""Verbs on claims and on services: the only code of the slice that saves."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from portal.accounts.models import User
from portal.calendar.deadlines import paris_date
from portal.documents.models import DepositedFile
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.parameters import queries as parameters
from portal.parties import operations as parties
from portal.parties import queries as members
from portal.parties.models import DigitalService, LegalEntity
from portal.parties.roles import MembershipRole

from . import effects, proofs, queries
from .identity import Identity
from .lifecycle import Move
from .models import EntityClaim
from .proofs import ProofKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The piece that a claimant gives: the deposited file, what it is, and its date."""

    file: DepositedFile
    kind: str
    day: date


def claim(
    identity: Identity,
    *,
    name: str,
    address: str,
    postcode: str,
    city: str,
    quality: str,
    quality_details: str = "",
    proof: Proof,
    by: User,
    at: datetime | None = None,
) -> EntityClaim:
    """A person asks to represent an entity. Refused when the piece proves nothing or he already represents it."""
    row = EntityClaim(
        claimant=by,
        siren=identity.siren,
        siret=identity.siret,
        finess_ej=identity.finess_ej,
        name=name,
        address=address,
        postcode=postcode,
        city=city,
        quality=quality,
        quality_details=quality_details,
        proof=proof.file,
        proof_kind=proof.kind,
        proof_date=proof.day,
    )
    with moving(row, Move.CLAIM, by=by, at=at) as (current, event):
        _check_proof(current, event.at)
        _check_entity(current)
        _check_not_yet_representative(current, by)
        current.reference = next_reference("R", event.at)
        current.filed_at = event.at
        event.note(entity=current.name, number=identity.words)
        enqueue(effects.acknowledge_claim, event=event, reference=current.reference)
    return row


def _check_proof(row: EntityClaim, at: datetime) -> None:
    months = parameters.integer("claims.proof_months", at=at)
    found = proofs.objection(row.proof_kind, row.quality, row.proof_date, today=paris_date(at), months=months)
    if found:
        raise Refused(found.sentence, field=found.field)


def _check_entity(row: EntityClaim) -> None:
    if row.finess_ej and (establishment := queries.establishment_of(row.finess_ej)):
        raise Refused(
            f"Ce FINESS est celui d’un établissement ({establishment.name}) : indiquez celui de son entité juridique, "
            f"{establishment.finess_ej}.",
            field="number",
        )


def _check_not_yet_representative(row: EntityClaim, user: User) -> None:
    known = queries.known_entity(row)
    if known and MembershipRole.LEGAL_REPRESENTATIVE in members.roles_in(user, known.pk):
        raise Refused("Vous représentez déjà cette personne morale.", field="number")


def verify(
    row: EntityClaim, *, piece: str, details: str = "", by: User | None, at: datetime | None = None
) -> LegalEntity:
    """An agent has checked, on a piece (a `ProofKind` with free details), that the claimant represents the entity.

    The entity is registered when it was unknown; the claimant becomes its legal representative and is told by mail.
    """
    with moving(row, Move.VERIFY, by=by, at=at) as (current, event):
        label = ProofKind(piece).label
        current.examined_piece = f"{label}, {details.strip()}"[:200] if details.strip() else label
        current.decided_at = event.at
        current.decided_by = by
        entity = queries.known_entity(current) or _register(current, by=by, at=event.at)
        current.legal_entity = entity
        parties.appoint(entity, current.claimant, by=by, at=event.at)
        event.note(piece=current.examined_piece, claimant=current.claimant.full_name, entity=entity.name)
        enqueue(effects.announce_verification, event=event, reference=current.reference)
    return entity


def _register(row: EntityClaim, *, by: User | None, at: datetime) -> LegalEntity:
    return parties.register_entity(
        name=row.name,
        siren=row.siren,
        siret=row.siret,
        finess_ej=row.finess_ej,
        address=row.address,
        postcode=row.postcode,
        city=row.city,
        by=by,
        at=at,
    )


def refuse(row: EntityClaim, *, grounds: str, by: User | None, at: datetime | None = None) -> None:
    """An agent refuses the claim and says why; the claimant is told by mail and may file another."""
    with moving(row, Move.REFUSE, by=by, at=at) as (current, event):
        if not grounds.strip():
            raise Refused("Indiquez les motifs du refus : le demandeur les recevra.", field="grounds")
        current.grounds = grounds.strip()
        current.decided_at = event.at
        current.decided_by = by
        event.note(claimant=current.claimant.full_name, entity=current.name)
        enqueue(effects.announce_refusal, event=event, reference=current.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The mutable part of a service."""

    software_version: str = ""
    hosting: str = ""
    description: str = ""


def open_service(
    legal_entity: LegalEntity,
    *,
    name: str,
    kind: str,
    url: str = "",
    sheet: Sheet = Sheet(),
    by: User | None,
    at: datetime | None = None,
) -> DigitalService:
    """Declares a service of the entity, with its sheet."""
    with transaction.atomic():
        service = parties.register_service(legal_entity, name=name, kind=kind, url=url, by=by, at=at)
        _save_sheet(service, sheet)
    return service


def amend_service(
    service: DigitalService,
    *,
    name: str,
    kind: str,
    url: str,
    sheet: Sheet = Sheet(),
    by: User | None,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Corrects a service and its sheet. Once it holds a right, only the sheet changes freely.

    Charter for feeding services: any change of address is declared; name and kind are what the committee decided upon.
    """
    identity = (service.name, service.kind, service.url)
    if (name.strip(), str(kind), url) != identity and queries.holds_a_right(service):
        raise Refused("Ce service a une habilitation : son nom, son type et son adresse changent par une déclaration.")
    with transaction.atomic():
        parties.amend_service(service, name=name, kind=kind, url=url, by=by, at=at, version=version)
        _save_sheet(service, sheet)


def _save_sheet(service: DigitalService, sheet: Sheet) -> None:
    row = queries.sheet_of(service)
    row.software_version = sheet.software_version
    row.hosting = sheet.hosting
    row.description = sheet.description
    save(row)
