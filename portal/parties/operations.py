"""Verbs on legal entities, their members and their services. The only code that saves them."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings

from portal.accounts.models import User
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue

from . import effects, invitation_tokens, queries
from .lifecycle import EntityMove, InvitationMove, ServiceMove
from .models import DigitalService, Invitation, LegalEntity, Membership, ServiceKind
from .roles import MembershipRole

INVITATION_LIFE = timedelta(hours=72)


def register_entity(
    *,
    name: str,
    siren: str = "",
    siret: str = "",
    finess_ej: str = "",
    address: str = "",
    postcode: str = "",
    city: str = "",
    by: User | None,
    at: datetime | None = None,
) -> LegalEntity:
    """A legal entity whose existence an agent has checked. Refused when its number is already known."""
    entity = LegalEntity(
        name=name,
        siren=siren,
        siret=siret,
        finess_ej=finess_ej,
        address=address,
        postcode=postcode,
        city=city,
    )
    with moving(entity, EntityMove.REGISTER, by=by, at=at) as (current, event):
        current.reference = next_reference("PM", event.at)
        event.note(number=siren or finess_ej)
    return entity


def appoint(entity: LegalEntity, user: User, *, by: User | None, at: datetime | None = None) -> Membership:
    """Makes a person, whose quality an agent has checked, a legal representative, unless he already is one."""
    with moving(entity, EntityMove.APPOINT, by=by, at=at) as (current, event):
        event.note(person=user.full_name)
        held = Membership.objects.active().filter(
            user=user, legal_entity=current, role=MembershipRole.LEGAL_REPRESENTATIVE
        )
        return held.first() or _join(user, current, MembershipRole.LEGAL_REPRESENTATIVE, event.at)


def _join(user: User, entity: LegalEntity, role: str, at: datetime) -> Membership:
    membership = Membership(user=user, legal_entity=entity, role=role, since=at)
    save(membership)
    queries.forget_roles(user)
    return membership


def amend_entity(
    entity: LegalEntity,
    *,
    address: str,
    postcode: str,
    city: str,
    mailbox: str,
    by: User | None,
    at: datetime | None = None,
) -> None:
    """Changes where the entity is reached. Its name and numbers are those that were verified: they stay."""
    with moving(entity, EntityMove.AMEND, by=by, at=at) as (current, _):
        current.address = address
        current.postcode = postcode
        current.city = city
        current.mailbox = mailbox


def dismiss(entity: LegalEntity, user: User, role: str, *, by: User | None, at: datetime | None = None) -> None:
    """Ends a role at once. An entity keeps at least one legal representative."""
    with moving(entity, EntityMove.DISMISS, by=by, at=at) as (current, event):
        membership = current.memberships.active().filter(user=user, role=role).first()
        if membership is None:
            raise Refused("Cette personne ne tient pas ce rôle.")
        if role == MembershipRole.LEGAL_REPRESENTATIVE and len(queries.legal_representatives(current)) < 2:
            raise Refused("Une personne morale garde au moins un représentant légal.")
        membership.until = event.at
        save(membership)
        queries.forget_roles(user)
        event.note(person=user.full_name, role=MembershipRole(role).label)


def invite(entity: LegalEntity, *, email: str, role: str, by: User | None, at: datetime | None = None) -> Invitation:
    """Asks somebody by mail to join the entity with a role; the link lives 72 hours and serves once."""
    nonce = secrets.token_urlsafe(32)
    invitation = Invitation(
        legal_entity=entity,
        email=email.strip().lower(),
        role=role,
        nonce=nonce,
        token_digest=invitation_tokens.digest(invitation_tokens.token(nonce, key=settings.SECRET_KEY)),
        invited_by=by,
    )
    with moving(invitation, InvitationMove.INVITE, by=by, at=at) as (current, event):
        if queries.holds(current.email, entity, role):
            raise Refused("Cette personne tient déjà ce rôle dans la personne morale.", field="email")
        current.reference = next_reference("I", event.at)
        current.sent_at = event.at
        current.expires_at = event.at + INVITATION_LIFE
        event.note(email=current.email, entity=entity.name, role=MembershipRole(role).label)
        _withdraw_expired(current, event.at)
        enqueue(effects.send_invitation, event=event, reference=current.reference)
    return invitation


def _withdraw_expired(invitation: Invitation, at: datetime) -> None:
    """An expired invitation to the same address no longer stands in the way of a new one."""
    former = Invitation.objects.filter(
        legal_entity=invitation.legal_entity, email=invitation.email, expires_at__lte=at, withdrawn_at=None
    ).exclude(accepted_at__isnull=False)
    for expired in former:
        withdraw_invitation(expired, by=invitation.invited_by, at=at)


def accept_invitation(invitation: Invitation, *, by: User | None, at: datetime | None = None) -> Membership:
    """The invited person joins the entity. Refused after 72 hours, to another address, or a second time."""
    with moving(invitation, InvitationMove.ACCEPT, by=by, at=at) as (current, event):
        if not current.is_usable(event.at):
            raise Refused(
                "Cette invitation a expiré : demandez à votre représentant légal de vous en envoyer une autre."
            )
        event.note(entity=current.legal_entity.name, role=MembershipRole(current.role).label)
        current.accepted_at = event.at
        assert by is not None  # the table asks for a signed-in person
        return _join(by, current.legal_entity, current.role, event.at)


def withdraw_invitation(invitation: Invitation, *, by: User | None, at: datetime | None = None) -> None:
    """The link stops working at once."""
    with moving(invitation, InvitationMove.WITHDRAW, by=by, at=at) as (current, event):
        event.note(entity=current.legal_entity.name, email=current.email)
        current.withdrawn_at = event.at


def register_service(
    owner: LegalEntity,
    *,
    name: str,
    kind: str | ServiceKind,
    url: str = "",
    by: User | None,
    at: datetime | None = None,
) -> DigitalService:
    """Declares a digital service of the entity. Refused when it already has one of that name."""
    service = DigitalService(owner=owner, name=name.strip(), kind=kind, url=url)
    with moving(service, ServiceMove.OPEN, by=by, at=at) as (current, event):
        current.reference = next_reference("S", event.at)
        current.opened_at = event.at
        event.note(name=current.name)
    return service


def amend_service(
    service: DigitalService,
    *,
    name: str,
    kind: str,
    url: str,
    by: User | None,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Corrects name, kind and address of a service; `version` is the one that was read, Stale otherwise."""
    with moving(service, ServiceMove.AMEND, by=by, at=at, version=version) as (current, event):
        current.name = name.strip()
        current.kind = kind
        current.url = url
        event.note(name=current.name)
