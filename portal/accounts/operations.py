"""Opening accounts, giving and withdrawing staff roles, closing accounts; and noting the mails about accounts."""

import hashlib
import hmac
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit.record import Event
from portal.lifecycle.errors import NotPermitted, Refused
from portal.lifecycle.operations import moving, save
from portal.outbox import operations as outbox

from . import effects, queries
from .lifecycle import AccountMove
from .models import StaffAssignment, User
from .roles import REGIONAL, StaffRole

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


def assign_role(
    user: User, role: StaffRole, *, region: str = "", by: User | None, at: datetime | None = None
) -> StaffAssignment:
    """Give a staff role; regional ones for one region. Raises Refused for a role already held or a missing region."""
    if (role in REGIONAL) != bool(region):
        raise Refused("Un rôle régional désigne une région, et lui seul.", field="region")
    with moving(user, AccountMove.ASSIGN, by=by, at=at) as (current, event):
        assignment = StaffAssignment(user=current, role=role, region=region, since=event.at)
        save(assignment)
        event.note(role=assignment.title, person=current.full_name)
    user.__dict__.pop("staff_roles", None)
    return assignment


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
    assignment.user.__dict__.pop("staff_roles", None)


def end_sessions(user: User, *, at: datetime) -> None:
    """Sign a person out everywhere: called where a role ends, so that no open page keeps what it had."""
    with moving(user, AccountMove.END_SESSIONS, by=None, at=at) as (current, event):
        current.sessions_ended_at = event.at
        event.note(person=current.full_name)


def close_account(user: User, *, by: User, at: datetime | None = None) -> None:
    """Close an account: its open sessions stop at their next request."""
    with moving(user, AccountMove.CLOSE, by=by, at=at) as (current, event):
        current.closed_at = event.at
        event.note(person=current.full_name)
    user.__dict__.pop("staff_roles", None)


def reopen_account(user: User, *, by: User, at: datetime | None = None) -> None:
    """Let a closed account sign in again, with the roles it had kept."""
    with moving(user, AccountMove.REOPEN, by=by, at=at) as (current, event):
        event.note(person=current.full_name)
    user.__dict__.pop("staff_roles", None)


def secure_account(user: User, *, what: str, at: datetime | None = None) -> None:
    """Note that the owner changed a second factor or his address (`what`): the sessions open until then are closed."""
    with moving(user, AccountMove.SECURE, by=user, at=at) as (current, event):
        current.sessions_ended_at = event.at
        event.note(what=what)


def link_identity(user: User, *, provider: str, at: datetime | None = None) -> None:
    """Its owner linked his account to an identity of a provider: the journal says so."""
    with moving(user, AccountMove.LINK, by=user, at=at) as (_, event):
        event.note(provider=provider)


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
        assign_role(user, StaffRole.ADMINISTRATOR, by=None, at=at)
    return user


def note_mail(prefix: str, *, to: str, link: str, at: datetime | None = None) -> None:
    """Note a mail of the account library in the outbox: it leaves later, whether or not the address is known."""
    event = Event(action="accounts.mail", at=at or timezone.now())
    outbox.enqueue(effects.send_account_mail, event=event, prefix=prefix, to=to, link=link)
    outbox.write([event])
