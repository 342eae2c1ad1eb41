"""Verbs on legal entities, their members and their services. The only code that saves them."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings

from portal.accounts.models import User
from portal.accounts.operations import end_sessions
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.mail import operations as mail
from portal.outbox.operations import enqueue
from portal.web import wording

from . import effects, invitation_tokens, queries
from .lifecycle import EntityMove, InvitationMove, ServiceMove
from .models import ClosedReading, Departure, DigitalService, Invitation, LegalEntity, Membership, ServiceKind
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
    source: str = "",
    by: User | None,
    at: datetime | None = None,
) -> LegalEntity:
    """A legal entity whose existence an agent has checked. Refused when its number is already known.

    `source` names what it is taken over from, when nobody has claimed it (settled question 34).
    """
    entity = LegalEntity(
        name=name,
        siren=siren,
        siret=siret,
        finess_ej=finess_ej,
        address=address,
        postcode=postcode,
        city=city,
    )
    move = EntityMove.TAKE_OVER if source else EntityMove.REGISTER
    with moving(entity, move, by=by, at=at) as (current, event):
        current.reference = next_reference("PM", event.at)
        event.note(number=siren or finess_ej, source=source)
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


def admit(entity: LegalEntity, user: User, role: str, *, by: User | None, at: datetime | None = None) -> Membership:
    """The legal representative lets a person in with a role; never as another legal representative."""
    with moving(entity, EntityMove.ADMIT, by=by, at=at) as (current, event):
        if role == MembershipRole.LEGAL_REPRESENTATIVE:
            raise Refused("Un représentant légal demande son rattachement, que l’agence vérifie.", field="role")
        event.note(person=user.full_name, role=MembershipRole(role).label)
        return _join(user, current, role, event.at)


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
    with moving(entity, EntityMove.AMEND, by=by, at=at) as (current, event):
        current.address = address
        current.postcode = postcode
        current.city = city
        if mailbox.lower() != current.mailbox.lower():
            current.mailbox_verified_at = None
        current.mailbox = mailbox
        if mailbox and current.mailbox_verified_at is None:
            enqueue(effects.ask_mailbox, event=event, reference=current.reference, mailbox=mailbox)


def confirm_mailbox(entity: LegalEntity, mailbox: str, *, by: User | None, at: datetime | None = None) -> None:
    """A member who reads the generic mailbox followed the link sent to it. Refused once the mailbox is another one."""
    with moving(entity, EntityMove.CONFIRM_MAILBOX, by=by, at=at) as (current, event):
        if not mailbox or mailbox.lower() != current.mailbox.lower():
            raise Refused("La boîte générique a changé depuis l’envoi de ce lien : utilisez le plus récent.")
        current.mailbox_verified_at = current.mailbox_verified_at or event.at
        mail.lift_doubt(current.mailbox)
        event.note(mailbox=current.mailbox)


def dismiss(entity: LegalEntity, user: User, role: str, *, by: User | None, at: datetime | None = None) -> None:
    """Ends a role at once, and the person's open sessions. An entity keeps at least one legal representative."""
    with moving(entity, EntityMove.DISMISS, by=by, at=at) as (current, event):
        membership = current.memberships.active().filter(user=user, role=role).first()
        if membership is None:
            raise Refused("Cette personne ne tient pas ce rôle.")
        _keep_a_representative(current, user, role)
        _end(user, [membership], event.at)
        _note_departure(current, user, event.at)
        event.note(person=user.full_name, role=MembershipRole(role).label)


def _note_departure(entity: LegalEntity, user: User, at: datetime) -> None:
    """Whose last role in the entity ended has left it."""
    if not entity.memberships.active().filter(user=user).exists():
        save(Departure(legal_entity=entity, leaver=user, left_at=at))


def _keep_a_representative(entity: LegalEntity, user: User, role: str) -> None:
    if role == MembershipRole.LEGAL_REPRESENTATIVE and queries.legal_representatives(entity) == [user]:
        raise Refused("Une personne morale garde au moins un représentant légal.")


def _end(user: User, memberships: Sequence[Membership], at: datetime) -> None:
    """Ends these roles of one person: what they opened closes with them, sessions and invitations sent included."""
    for membership in memberships:
        membership.until = at
        save(membership)
        if membership.role == MembershipRole.LEGAL_REPRESENTATIVE:
            for sent in membership.legal_entity.invitations.open().filter(invited_by=user):
                withdraw_invitation(sent, by=None, at=at)
    queries.forget_roles(user)
    end_sessions(user, at=at)


def hand_over(
    entity: LegalEntity, leaver: User, *, successor: User | None, by: User | None, at: datetime | None = None
) -> None:
    """A person leaves the entity: all his roles end at once, and a colleague takes those that he does not hold yet.

    A legal representative is never succeeded this way: another must stand already. Without `successor`, the roles
    only end. Raises Refused when the successor is no member, or is the leaver.
    """
    with moving(entity, EntityMove.HAND_OVER, by=by, at=at) as (current, event):
        held = list(current.memberships.active().filter(user=leaver).select_related("legal_entity"))
        if not held:
            raise Refused("Cette personne ne fait pas partie de la personne morale.")
        _check_successor(current, leaver, successor)
        for membership in held:
            _keep_a_representative(current, leaver, membership.role)
        _end(leaver, held, event.at)
        for received in current.invitations.open().filter(email=leaver.email.lower()):  # who leaves comes back by none
            withdraw_invitation(received, by=None, at=event.at)
        taken = _take(current, held, successor, event.at) if successor else []
        save(Departure(legal_entity=current, leaver=leaver, successor=successor, left_at=event.at))
        event.note(person=leaver.full_name, successor=_told(successor, taken))
        enqueue(effects.announce_departure, event=event, reference=current.reference, user_id=leaver.pk)


def _check_successor(entity: LegalEntity, leaver: User, successor: User | None) -> None:
    if successor is None:
        return
    if successor.pk == leaver.pk or not entity.memberships.active().filter(user=successor).exists():
        raise Refused("Choisissez un collègue qui fait partie de la personne morale.", field="successor")


def _take(entity: LegalEntity, ended: Sequence[Membership], successor: User, at: datetime) -> list[str]:
    """The roles that the successor receives: those he lacks, never the one of legal representative."""
    wanted = {membership.role for membership in ended} - {MembershipRole.LEGAL_REPRESENTATIVE.value}
    lacking = sorted(wanted - set(queries.roles_in(successor, entity.pk)))
    for role in lacking:
        _join(successor, entity, role, at)
    return lacking


def _told(successor: User | None, taken: Sequence[str]) -> str:
    if successor is None:
        return "personne ne lui succède"
    roles = ", ".join(MembershipRole(role).label.lower() for role in taken)
    return f"{successor.full_name} lui succède" + (f" ({roles})" if roles else "")


def retire_representative(entity: LegalEntity, user: User, *, by: User | None, at: datetime | None = None) -> None:
    """An agent, who has checked the proof of a successor, ends the role of a former legal representative at once.

    Called once the successor was appointed: the entity keeps one. The person is told by mail.
    """
    with moving(entity, EntityMove.RETIRE, by=by, at=at) as (current, event):
        role = MembershipRole.LEGAL_REPRESENTATIVE
        held = list(current.memberships.active().filter(user=user, role=role).select_related("legal_entity"))
        if not held:
            raise Refused("Cette personne n’est plus représentant légal.")
        _keep_a_representative(current, user, role)
        _end(user, held, event.at)
        _note_departure(current, user, event.at)
        event.note(person=user.full_name)
        enqueue(effects.announce_departure, event=event, reference=current.reference, user_id=user.pk)


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


def resend_invitation(invitation: Invitation, *, by: User | None, at: datetime | None = None) -> None:
    """Sends another link, which lives 72 hours; the former one stops working at once."""
    with moving(invitation, InvitationMove.RESEND, by=by, at=at) as (current, event):
        current.nonce = secrets.token_urlsafe(32)
        current.token_digest = invitation_tokens.digest(queries.token_of(current))
        current.sent_at, current.expires_at = event.at, event.at + INVITATION_LIFE
        current.reminded_at = current.lapsed_at = None
        event.note(email=current.email, entity=current.legal_entity.name)
        enqueue(effects.send_invitation, event=event, reference=current.reference)


def remind_invitation(invitation: Invitation, *, at: datetime) -> None:
    """The clock tells both sides, once, that the link of an invitation is about to expire."""
    with moving(invitation, InvitationMove.REMIND, by=None, at=at) as (current, event):
        current.reminded_at = event.at
        event.note(email=current.email, entity=current.legal_entity.name)
        enqueue(effects.remind_invitation, event=event, reference=current.reference)


def lapse_invitation(invitation: Invitation, *, at: datetime) -> None:
    """The clock tells both sides, once, that the link of an invitation has expired; it may be sent again."""
    with moving(invitation, InvitationMove.LAPSE, by=None, at=at) as (current, event):
        current.lapsed_at = event.at
        event.note(email=current.email, entity=current.legal_entity.name)
        enqueue(effects.announce_lapse, event=event, reference=current.reference)


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
    source: str = "",
    by: User | None,
    at: datetime | None = None,
) -> DigitalService:
    """Declares a digital service of the entity. Refused when it already has one of that name.

    `source` names what it is taken over from, when its owner did not declare it (settled question 34).
    """
    service = DigitalService(owner=owner, name=name.strip(), kind=kind, url=url)
    move = ServiceMove.TAKE_OVER if source else ServiceMove.OPEN
    with moving(service, move, by=by, at=at) as (current, event):
        current.reference = next_reference("S", event.at)
        current.opened_at = event.at
        event.note(name=current.name, source=source)
    return service


def apply_change(
    service: DigitalService, *, change: str, url: str = "", by: User | None, at: datetime | None = None
) -> None:
    """An agent applies a declared change, named by its reference; the address changes only when one is given."""
    with moving(service, ServiceMove.APPLY, by=by, at=at) as (current, event):
        current.url = url or current.url
        event.note(name=current.name, change=change)


def transfer_service(
    service: DigitalService, to: LegalEntity, *, change: str, by: User | None, at: datetime | None = None
) -> None:
    """A service goes to the entity that takes it over, as a granted declaration says; its former members lose it."""
    with moving(service, ServiceMove.TRANSFER, by=by, at=at) as (current, event):
        if current.owner_id == to.pk:
            raise Refused("Ce service appartient déjà à cet organisme.")
        current.owner, current.ends_on = to, None
        event.note(name=current.name, entity=to.name, change=change)


def plan_end(service: DigitalService, day: date, *, change: str, by: User | None, at: datetime | None = None) -> None:
    """The end of a service is accepted for a day, once: it asks for nothing new from now on."""
    with moving(service, ServiceMove.PLAN_END, by=by, at=at) as (current, event):
        if current.ends_on:
            raise Refused(f"La fin de ce service est déjà acceptée, pour le {wording.day(current.ends_on)}.")
        current.ends_on = day
        event.note(name=current.name, day=f"{day:%d/%m/%Y}", change=change)


def keep_service(service: DigitalService, *, change: str, by: User | None, at: datetime | None = None) -> None:
    """The accepted end of a service is called off."""
    with moving(service, ServiceMove.KEEP, by=by, at=at) as (current, event):
        current.ends_on = None
        event.note(name=current.name, change=change)


def end_service(
    service: DigitalService, day: date, *, change: str, by: User | None, at: datetime | None = None
) -> None:
    """The service has ended: what it had was closed by who holds it, in the same transaction."""
    with moving(service, ServiceMove.END, by=by, at=at) as (current, event):
        current.ends_on = day
        event.note(name=current.name, change=change)


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


def close_readings(users: Iterable[User], entities: Iterable[int], *, source: str, at: datetime) -> None:
    """Closes the dossiers of legal entities (keys) to agents. Called by the committee inside its own move.

    `source` names why, in 40 characters at most: the same one reopens them.
    """
    persons, wanted = list(users), set(entities)
    standing = ClosedReading.objects.filter(user__in=persons, source=source, until=None)
    known = set(standing.values_list("user_id", "legal_entity_id"))
    ClosedReading.objects.bulk_create(
        ClosedReading(user=person, legal_entity_id=entity, source=source, since=at)
        for person in persons
        for entity in sorted(wanted)
        if (person.pk, entity) not in known
    )


def reopen_readings(user: User, *, source: str, at: datetime) -> None:
    """What `source` had closed to this person is open again, unless another reason keeps it closed."""
    ClosedReading.objects.filter(user=user, source=source, until=None).update(until=at)
