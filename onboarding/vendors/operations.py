"""Verbs on claims and on services: the only code of the slice that saves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from portal.accounts.models import User
from portal.audit.record import Event
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
from .lifecycle import JoinMove, MandateMove, Move
from .models import EntityClaim, JoinRequest, Mandate
from .proofs import ProofKind

WAITING_AT_MOST = 5  # requests to join of one person: nobody tries numbers one after the other


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
    replaces: bool = False,
    by: User,
    at: datetime | None = None,
) -> EntityClaim:
    """A person asks to represent an entity. Refused when the piece proves nothing or he already represents it.

    `replaces` says that whoever represents it now no longer does; the agency decides on the proof.
    """
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
        replaces=replaces,
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
    row: EntityClaim,
    *,
    piece: str,
    details: str = "",
    replaced: Iterable[User] = (),
    by: User | None,
    at: datetime | None = None,
) -> LegalEntity:
    """An agent has checked, on a piece (a `ProofKind` with free details), that the claimant represents the entity.

    The entity is registered when it was unknown; the claimant becomes its legal representative and is told by mail.
    Those `replaced` lose the role in the same transaction, with their sessions and the mandates they had recorded.
    """
    with moving(row, Move.VERIFY, by=by, at=at) as (current, event):
        label = ProofKind(piece).label
        current.examined_piece = f"{label}, {details.strip()}"[:200] if details.strip() else label
        current.decided_at = event.at
        current.decided_by = by
        entity = queries.known_entity(current) or _register(current, by=by, at=event.at)
        current.legal_entity = entity
        parties.appoint(entity, current.claimant, by=by, at=event.at)
        for former in replaced:
            parties.retire_representative(entity, former, by=by, at=event.at)
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


def ask_to_join(identity: Identity, *, role: str, words: str = "", by: User, at: datetime | None = None) -> JoinRequest:
    """A person asks to join the entity of that number; its legal representatives are told, if the portal knows it.

    The answer is the same for an unknown number. Raises Refused for a member, or beyond five requests waiting.
    """
    row = JoinRequest(
        requester=by,
        siren=identity.siren,
        siret=identity.siret,
        finess_ej=identity.finess_ej,
        role=role,
        words=words.strip(),
    )
    with moving(row, JoinMove.ASK, by=by, at=at) as (current, event):
        known = queries.known_entity(current)
        if known and members.roles_in(by, known.pk):
            raise Refused("Vous faites déjà partie de cet organisme.", field="number")
        if JoinRequest.objects.waiting().filter(requester=by).count() >= WAITING_AT_MOST:
            raise Refused("Cinq de vos demandes attendent déjà une réponse : retirez-en une d’abord.")
        current.reference = next_reference("AD", event.at)
        current.filed_at = event.at
        event.note(number=identity.words, role=MembershipRole(role).label.lower())
        enqueue(effects.announce_join, event=event, reference=current.reference)
    return row


def accept_join(row: JoinRequest, *, role: str, by: User | None, at: datetime | None = None) -> None:
    """The legal representative lets the person in, with the role that he chooses."""
    with moving(row, JoinMove.ACCEPT, by=by, at=at) as (current, event):
        entity = queries.known_entity(current)
        assert entity is not None  # the roles of who accepts come from it
        parties.admit(entity, current.requester, role, by=by, at=event.at)
        current.role = role
        _answer(current, event, entity, by=by)
        event.note(role=MembershipRole(role).label.lower())


def refuse_join(row: JoinRequest, *, by: User | None, at: datetime | None = None) -> None:
    """The legal representative does not let the person in; who asked only learns that the answer is no."""
    with moving(row, JoinMove.REFUSE, by=by, at=at) as (current, event):
        entity = queries.known_entity(current)
        assert entity is not None
        _answer(current, event, entity, by=by)


def _answer(row: JoinRequest, event: Event, entity: LegalEntity, *, by: User | None) -> None:
    row.decided_at, row.decided_by = event.at, by
    event.note(person=row.requester.full_name, entity=entity.name)
    enqueue(effects.answer_join, event=event, reference=row.reference)


def withdraw_join(row: JoinRequest, *, by: User | None, at: datetime | None = None) -> None:
    """Who asked no longer wants it."""
    with moving(row, JoinMove.WITHDRAW, by=by, at=at) as (current, event):
        current.decided_at = event.at


def record_mandate(
    legal_entity: LegalEntity,
    delegate: User,
    *,
    piece: DepositedFile,
    first_date: date,
    last_date: date | None = None,
    by: User,
    at: datetime | None = None,
) -> Mandate:
    """The legal representative empowers a delegate of the entity. Raises Refused for who is none."""
    row = Mandate(
        legal_entity=legal_entity,
        delegate=delegate,
        piece=piece,
        first_date=first_date,
        last_date=last_date,
        recorded_by=by,
    )
    with moving(row, MandateMove.RECORD, by=by, at=at) as (current, event):
        if MembershipRole.DELEGATE not in members.roles_in(delegate, legal_entity.pk):
            raise Refused("Un mandat se donne à un mandataire de l’organisme.", field="delegate")
        current.reference = next_reference("MA", event.at)
        current.recorded_at = event.at
        event.note(delegate=delegate.full_name, entity=legal_entity.name)
    return row


def end_mandate(mandate: Mandate, *, by: User | None, at: datetime | None = None) -> None:
    """The delegate no longer signs, at once."""
    with moving(mandate, MandateMove.END, by=by, at=at) as (current, event):
        current.ended_at = event.at
        event.note(delegate=current.delegate.full_name, entity=current.legal_entity.name)


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


def apply_change(
    service: DigitalService,
    *,
    change: str,
    url: str = "",
    hosting: str = "",
    by: User | None,
    at: datetime | None = None,
) -> None:
    """An agent writes what a declaration changed, named by its reference, in the service or in its sheet."""
    with transaction.atomic():
        parties.apply_change(service, change=change, url=url, by=by, at=at)
        sheet = queries.sheet_of(service)
        if hosting:
            sheet.hosting = hosting[:200]
            save(sheet)


def note_version(service: DigitalService, version: str, *, by: User | None, at: datetime | None = None) -> None:
    """The vendor runs another version of its software: the sheet says so, nothing else changes."""
    sheet = queries.sheet_of(service)
    kept = Sheet(software_version=version[:60], hosting=sheet.hosting, description=sheet.description)
    amend_service(service, name=service.name, kind=service.kind, url=service.url, sheet=kept, by=by, at=at)


def _save_sheet(service: DigitalService, sheet: Sheet) -> None:
    row = queries.sheet_of(service)
    row.software_version = sheet.software_version
    row.hosting = sheet.hosting
    row.description = sheet.description
    save(row)
