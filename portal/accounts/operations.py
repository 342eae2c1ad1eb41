"""Opening accounts, giving and withdrawing staff roles, closing accounts; and noting the mails about accounts."""

import hashlib
import hmac
import uuid
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit.record import Event
from portal.lifecycle.errors import NotPermitted, Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox import operations as outbox

from . import effects, permissions, queries
from .lifecycle import AccountMove, RoleMove
from .models import RoleProposal, StaffAssignment, User
from .roles import REGIONAL, StaffRole

IDENTITIES = uuid.UUID("6f0c1a52-3a0e-4a4b-9a7d-2b7b4c1e5d10")  # under which identities of providers are named
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # read aloud without mistake


def create_user(
    email: str,
    *,
    first_name: str,
    last_name: str,
    by: User | None,
    at: datetime | None = None,
    password: str | None = None,
    invite: bool = True,
) -> User:
    """Open an account whose address is taken as verified; by mail, its owner chooses the password.

    `by=None` is the portal itself (first administrator, demonstration). Raises Refused when the address has an account.
    """
    user = User(email=User.objects.normalize_email(email.strip()), first_name=first_name, last_name=last_name)
    user.set_password(password)
    with moving(user, AccountMove.OPEN, by=by, at=at) as (user, event):
        user.date_joined = event.at
        save(user)
        EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)
        event.note(person=user.full_name)
        if invite and password is None:
            outbox.enqueue(effects.welcome, event=event, user_id=user.pk)
    return user


def assign_role(user: User, role: StaffRole, *, region: str = "", at: datetime | None = None) -> StaffAssignment:
    """The portal gives a staff role: to its first administrator, or once two persons have agreed.

    Raises Refused for a role already held or a missing region.
    """
    _check_region(role, region)
    with moving(user, AccountMove.ASSIGN, by=None, at=at) as (current, event):
        assignment = StaffAssignment(user=current, role=role, region=region, since=event.at)
        save(assignment)
        event.note(role=assignment.title, person=current.full_name)
    user.__dict__.pop("staff_roles", None)
    return assignment


def propose_role(
    user: User, role: StaffRole, *, region: str = "", by: User, at: datetime | None = None
) -> RoleProposal:
    """An administrator proposes a staff role, which gives nothing until another confirms it; the others are told.

    Raises Refused for a role already held or proposed, a missing region, or a closed account.
    """
    proposal = _proposal(user, role, region)
    with moving(proposal, RoleMove.PROPOSE, by=by, at=at) as (proposal, event):
        _note_proposal(proposal, by, event)
        save(proposal)
        outbox.enqueue(effects.announce_role, event=event, proposal_id=proposal.pk)
    return proposal


def give_role_alone(
    user: User, role: StaffRole, *, region: str = "", reason: str, by: User, at: datetime | None = None
) -> RoleProposal:
    """The only administrator gives a role, with a written reason that the journal keeps.

    Raises NotPermitted while another could confirm it, and Refused as `propose_role`, or without a reason.
    """
    if not reason.strip():
        raise Refused("Dites pourquoi ce rôle est donné sans seconde personne.", field="reason")
    proposal = _proposal(user, role, region)
    with moving(proposal, RoleMove.GIVE_ALONE, by=by, at=at) as (proposal, event):
        proposal.alone_because = reason.strip()[:300]
        proposal.decided_by, proposal.decided_at = by, event.at
        _note_proposal(proposal, by, event)
        event.note(reason=proposal.alone_because)
        assign_role(user, role, region=region, at=event.at)
        _announce(event, "given_alone", user, by, role=proposal.title)
    return proposal


def confirm_role(proposal: RoleProposal, *, by: User, at: datetime | None = None) -> None:
    """A second administrator confirms a proposed role: it is held from now on. Refused when it is held already."""
    with moving(proposal, RoleMove.CONFIRM, by=by, at=at) as (current, event):
        current.decided_by, current.decided_at = by, event.at
        event.note(role=current.title, person=current.user.full_name, proposer=current.proposed_by.full_name)
        assign_role(current.user, StaffRole(current.role), region=current.region, at=event.at)


def reject_role(proposal: RoleProposal, *, by: User, at: datetime | None = None) -> None:
    """An administrator, who proposed it included, sets a proposed role aside."""
    with moving(proposal, RoleMove.REJECT, by=by, at=at) as (current, event):
        current.decided_by, current.decided_at = by, event.at
        event.note(role=current.title, person=current.user.full_name)


def _check_region(role: StaffRole, region: str) -> None:
    if (role in REGIONAL) != bool(region):
        raise Refused("Un rôle régional désigne une région, et lui seul.", field="region")


def _proposal(user: User, role: StaffRole, region: str) -> RoleProposal:
    _check_region(role, region)
    if not user.is_active:
        raise Refused("Ce compte est fermé : rouvrez-le avant de lui donner un rôle.")
    if StaffAssignment.objects.filter(user=user, role=role, region=region, until=None).exists():
        raise Refused("Cette personne tient déjà ce rôle.", field="role")
    return RoleProposal(user=user, role=role, region=region)


def _note_proposal(proposal: RoleProposal, by: User, event: Event) -> None:
    proposal.reference = next_reference("RL", event.at)
    proposal.proposed_by, proposal.proposed_at = by, event.at
    event.note(role=proposal.title, person=proposal.user.full_name)


def withdraw_role(assignment: StaffAssignment, *, by: User, at: datetime | None = None) -> None:
    """End a staff role now; what was done under it stays. Raises Refused when it had already ended."""
    with moving(assignment.user, AccountMove.WITHDRAW, by=by, at=at) as (current, event):
        held = StaffAssignment.objects.select_for_update().get(pk=assignment.pk)
        if held.until is not None:
            raise Refused("Ce rôle a déjà été retiré.")
        held.until = event.at
        save(held)
        event.note(role=held.title, person=current.full_name)
        end_sessions(current, at=event.at)
        if held.role == StaffRole.ADMINISTRATOR:
            _announce(event, "withdrawn", current, by, role=held.title)
    assignment.user.__dict__.pop("staff_roles", None)


def _announce(event: Event, act: str, user: User, by: User, *, role: str = "") -> None:
    outbox.enqueue(effects.announce_act, event=event, act=act, user_id=user.pk, by_id=by.pk, role=role)


def end_sessions(user: User, *, at: datetime) -> None:
    """Sign a person out everywhere: called where a role ends, so that no open page keeps what it had."""
    with moving(user, AccountMove.END_SESSIONS, by=None, at=at) as (current, event):
        current.sessions_ended_at = event.at
        event.note(person=current.full_name)


def close_account(user: User, *, by: User, at: datetime | None = None) -> None:
    """Close an account: its open sessions stop at their next request, its staff roles end."""
    with moving(user, AccountMove.CLOSE, by=by, at=at) as (current, event):
        current.closed_at = event.at
        ended = list(queries.held_by(current).select_for_update())
        for held in ended:
            held.until = event.at
            save(held)
        event.note(person=current.full_name, roles=", ".join(held.title for held in ended) or "aucun")
        if any(held.role == StaffRole.ADMINISTRATOR for held in ended):
            _announce(event, "closed", current, by)
    user.__dict__.pop("staff_roles", None)


def reopen_account(user: User, *, by: User, at: datetime | None = None) -> None:
    """Let another's closed account sign in again; its staff roles ended, and come back as any role is given."""
    with moving(user, AccountMove.REOPEN, by=by, at=at) as (current, event):
        event.note(person=current.full_name)
    user.__dict__.pop("staff_roles", None)


def secure_account(user: User, *, what: str, at: datetime | None = None) -> None:
    """Note that the owner changed a second factor or his address (`what`): the sessions open until then are closed."""
    with moving(user, AccountMove.SECURE, by=user, at=at) as (current, event):
        current.sessions_ended_at = event.at
        event.note(what=what)


def link_identity(user: User, *, provider: str, subject: str, at: datetime | None = None) -> None:
    """Its owner linked his account to an identity of a provider, named there `subject`: the journal says so.

    The identity stays known once unlinked: two accounts that bore it are one person's for ever (requirement AZ-06).
    """
    with moving(user, AccountMove.LINK, by=user, at=at) as (current, event):
        event.note(provider=provider)
        known = uuid.uuid5(IDENTITIES, f"{provider}\n{subject}")
        _gather(current, known)


def propose_tie(user: User, other: User, *, by: User, at: datetime | None = None) -> None:
    """An administrator proposes that two accounts are one person's: nothing changes until another confirms it.

    Raises NotPermitted when one of them is his own, Refused when they are one already or another tie waits.
    """
    if by.is_person_of(other.pk):
        raise NotPermitted(permissions.OWN_TIE)
    with moving(user, AccountMove.PROPOSE_TIE, by=by, at=at) as (current, event):
        if current.tie_to_id is not None:
            raise Refused("Un autre compte, déjà proposé pour cette personne, attend : confirmez-le ou écartez-le.")
        _check_tie(current, other)
        current.tie_to, current.tie_proposed_by = other, by
        event.note(person=current.full_name, other=other.full_name)
        outbox.enqueue(effects.announce_tie, event=event, user_id=current.pk)


def confirm_tie(user: User, *, by: User, at: datetime | None = None) -> None:
    """A second administrator confirms it: from now on neither account decides what the other proposed, for ever."""
    with moving(user, AccountMove.TIE, by=by, at=at) as (current, event):
        other = _proposed_tie(current)
        _tie(current, other, event)
        current.tie_to = current.tie_proposed_by = None
        for each in (current, other):
            _announce(event, "tied", each, by)


def drop_tie(user: User, *, by: User, at: datetime | None = None) -> None:
    """An administrator, who proposed it included, sets the proposed tie aside."""
    with moving(user, AccountMove.DROP_TIE, by=by, at=at) as (current, event):
        event.note(person=current.full_name, other=_proposed_tie(current).full_name)
        current.tie_to = current.tie_proposed_by = None


def _proposed_tie(user: User) -> User:
    if user.tie_to_id is None:
        raise Refused("Cette proposition a déjà été décidée.")
    found: User = User.objects.select_for_update().get(pk=user.tie_to_id)
    return found


def _check_tie(user: User, other: User) -> None:
    if user.pk == other.pk:
        raise Refused("Indiquez un autre compte que celui-ci.", field="email")
    if user.is_person_of(other.pk):
        raise Refused("Ces deux comptes sont déjà connus comme ceux d’une même personne.", field="email")


def _tie(user: User, other: User, event: Event) -> None:
    _check_tie(user, other)
    _gather(user, other.person or uuid.uuid4())
    if other.person is None:
        User.objects.filter(pk=other.pk).update(person=user.person)
    event.note(person=user.full_name, other=other.full_name)


def _gather(user: User, person: uuid.UUID) -> None:
    """Whoever was one person with this account is one with the others of `person` too."""
    if user.person and user.person != person:
        User.objects.filter(person=user.person).update(person=person)
    user.person = person


def unlink_identity(user: User, *, provider: str, by: User, at: datetime | None = None) -> None:
    """Its owner takes the link away. Raises Refused when he would no longer have a way in."""
    with moving(user, AccountMove.UNLINK, by=by, at=at) as (current, event):
        if not current.has_usable_password():
            raise Refused("Choisissez d’abord un mot de passe : sans lui, vous ne pourriez plus vous connecter.")
        SocialAccount.objects.filter(user=current).delete()
        event.note(provider=provider)


def first_administrator_code() -> str:
    """The code printed at start-up: known only to who runs the portal, worthless once an administrator exists."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"portal.accounts.first_administrator", hashlib.sha256).digest()
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:16])
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def create_first_administrator(
    code: str, *, email: str, first_name: str, last_name: str, password: str, at: datetime | None = None
) -> User:
    """Open the first account of an empty portal and make it administrator.

    Raises NotPermitted once somebody has been administrator, Refused for a wrong code.
    """
    with transaction.atomic():
        if not queries.first_administrator_missing():
            raise NotPermitted("Le portail a déjà un administrateur : demandez-lui de vous ouvrir un compte.")
        given = code.strip().upper().encode()
        if not hmac.compare_digest(given, first_administrator_code().encode()):
            raise Refused("Ce code n’est pas celui qu’affiche le portail à son démarrage.", field="code")
        user = create_user(email, first_name=first_name, last_name=last_name, password=password, by=None, at=at)
        assign_role(user, StaffRole.ADMINISTRATOR, at=at)
    return user


def note_mail(prefix: str, *, to: str, link: str, at: datetime | None = None) -> None:
    """Note a mail of the account library in the outbox: it leaves later, whether or not the address is known."""
    event = Event(action="accounts.mail", at=at or timezone.now())
    outbox.enqueue(effects.send_account_mail, event=event, prefix=prefix, to=to, link=link)
    outbox.write([event])
