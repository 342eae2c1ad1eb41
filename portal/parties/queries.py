"""Who holds which role where, and whom to write to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField

from portal.accounts.models import User
from portal.mail import queries as mail
from portal.statements.queries import Given, statement
from portal.web import folding

from . import invitation_tokens
from .models import ClosedReading, Departure, DigitalService, Invitation, LegalEntity, Membership
from .roles import MembershipRole

_CACHE = "_memberships"


def roles_in(user: Any, legal_entity_id: int | None) -> frozenset[str]:
    """The roles `user` holds now in a legal entity; read once per user instance, all entities together."""
    held: dict[int, set[str]] | None = user.__dict__.get(_CACHE)
    if held is None:
        held = {}
        for entity, role in Membership.objects.active().filter(user_id=user.pk).values_list("legal_entity_id", "role"):
            held.setdefault(entity, set()).add(role)
        user.__dict__[_CACHE] = held
    return frozenset(held.get(legal_entity_id or 0, ()))


def entities_of(user: Any) -> list[LegalEntity]:
    """The legal entities in which `user` holds a role now, by name; `roles_in` then asks nothing more."""
    held: dict[int, set[str]] = {}
    entities: dict[int, LegalEntity] = {}
    for row in _memberships().rows(person=user.pk):
        held.setdefault(row.legal_entity_id, set()).add(row.role)
        entities[row.legal_entity_id] = row.legal_entity
    user.__dict__[_CACHE] = held
    return list(entities.values())


@statement
def _memberships() -> "QuerySet[Membership]":
    rows = Membership.objects.active().filter(user_id=Given("person")).select_related("legal_entity")
    return rows.order_by("legal_entity__name", "legal_entity_id")


def forget_roles(user: Any) -> None:
    """Makes `roles_in` read again: after a role began or ended."""
    user.__dict__.pop(_CACHE, None)


def legal_representatives(legal_entity: LegalEntity) -> list[Any]:
    """The persons who may sign for the entity, by name."""
    memberships = legal_entity.memberships.active().filter(role=MembershipRole.LEGAL_REPRESENTATIVE)
    return [membership.user for membership in memberships.select_related("user").order_by("user__last_name")]


def open_to(people: "QuerySet[User]", legal_entity: LegalEntity) -> "QuerySet[User]":
    """Those of these persons to whom the entity is not closed: the agents that a mail may tell of it."""
    closed = ClosedReading.objects.filter(legal_entity=legal_entity, until=None)
    return people.exclude(pk__in=closed.values("user_id"))


def reachable_addresses(legal_entity: LegalEntity) -> list[str]:
    """Where to write: legal representatives first, then the generic mailbox; no duplicate."""
    addresses = [person.email for person in legal_representatives(legal_entity)] + [legal_entity.mailbox]
    return list(dict.fromkeys(address for address in addresses if address))


MAILBOX = "portal.parties.mailbox"  # what the links that confirm a mailbox are signed for
MAILBOX_LIFE = timedelta(hours=72)


def mailbox_token(legal_entity: LegalEntity) -> str:
    """The token of the link that proves that somebody reads the generic mailbox."""
    return signing.dumps([legal_entity.reference, legal_entity.mailbox], salt=MAILBOX)


def of_mailbox_token(token: str) -> tuple[str, str] | None:
    """(reference of the entity, mailbox) that a link designates; None for a forged or expired one."""
    try:
        reference, mailbox = signing.loads(token, salt=MAILBOX, max_age=MAILBOX_LIFE)
    except (signing.BadSignature, ValueError):
        return None
    return str(reference), str(mailbox)


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach an entity: whose address, whether it was confirmed, since when it refuses mail."""

    name: str
    address: str
    is_verified: bool
    bounced_since: datetime | None = None

    @property
    def is_reachable(self) -> bool:
        """Confirmed by its owner, and not refusing what is sent."""
        return self.is_verified and self.bounced_since is None


def contacts(legal_entity: LegalEntity, known_members: "list[Member] | None" = None) -> list[Contact]:
    """The persons of the entity (read already, or now) and its generic mailbox, each address once."""
    people = {one.user.email.lower(): one.user for one in known_members or members(legal_entity)}
    verified = set(EmailAddress.objects.filter(user__in=people.values(), verified=True).values_list("email", flat=True))
    known = {address.lower() for address in verified}
    refused = mail.bounced([*people, legal_entity.mailbox])
    found = [
        Contact(user.full_name, user.email, address in known, refused.get(address)) for address, user in people.items()
    ]
    box = legal_entity.mailbox
    if box and box.lower() not in people:
        confirmed = legal_entity.mailbox_verified_at is not None
        found.append(Contact("Boîte générique", box, confirmed, refused.get(box.lower())))
    return found


def reachable_contacts(legal_entity: LegalEntity) -> int:
    """How many contacts of the entity a message would reach."""
    return sum(contact.is_reachable for contact in contacts(legal_entity))


@dataclass(frozen=True)
class Member:
    """A person of a legal entity and the roles held, with the date of the first."""

    user: Any
    roles: tuple[MembershipRole, ...]
    since: datetime


def members(legal_entity: LegalEntity, *, joined_by: datetime | None = None) -> list[Member]:
    """The persons who belong to the entity now, by name, in one query; with `joined_by`, the roles held since then."""
    held: dict[int, list[Membership]] = {}
    rows = legal_entity.memberships.active().select_related("user").order_by("user__last_name", "user__email", "since")
    for row in rows.filter(since__lte=joined_by) if joined_by else rows:
        held.setdefault(row.user_id, []).append(row)
    return [
        Member(rows[0].user, tuple(MembershipRole(row.role) for row in rows), rows[0].since) for rows in held.values()
    ]


def holds(email: str, legal_entity: LegalEntity, role: str) -> bool:
    """Whether the owner of an address holds the role now."""
    return legal_entity.memberships.active().filter(user__email__iexact=email, role=role).exists()


def members_again(person: Any, legal_entity: LegalEntity) -> list[str]:
    """Where to answer somebody who acted for an entity: himself while he is a member, else its representatives."""
    stays = legal_entity.memberships.active().filter(user=person).exists()
    return [person.email] if stays else reachable_addresses(legal_entity)


def departures(*, since: datetime) -> "QuerySet[Departure]":
    """The persons who left a legal entity since an instant and are not back, the oldest first."""
    back = Membership.objects.active().filter(user=OuterRef("leaver_id"), legal_entity=OuterRef("legal_entity_id"))
    found = Departure.objects.filter(~Exists(back), left_at__gte=since)
    return found.select_related("legal_entity", "leaver", "successor").order_by("left_at", "pk")


def of_token(token: str) -> Invitation | None:
    """The invitation that a link designates, in whatever state; None for an unknown token."""
    digest = invitation_tokens.digest(token)
    return Invitation.objects.filter(token_digest=digest).select_related("legal_entity", "invited_by").first()


def token_of(invitation: Invitation) -> str:
    """The token that the link of an invitation carries."""
    return invitation_tokens.token(invitation.nonce, key=settings.SECRET_KEY)


def named(prefix: str, text: str) -> Q:
    """The condition that a name holds every word of a text, whatever its accents, capitals and punctuation.

    `prefix` leads to the legal entity or the service from the row compared: ``"service__owner__"``, empty for itself.
    """
    return _holding(prefix, folding.words(text))


def _holding(prefix: str, words: Sequence[Any]) -> Q:
    return Q(*((f"{prefix}name_folded__contains", word) for word in words)) if words else Q(pk__in=[])


def given_words(text: str) -> dict[str, str]:
    """The words of a text as a statement written once is given them; `named_as_given` is its condition."""
    return {f"word_{rank}": word for rank, word in enumerate(folding.words(text))}


def named_as_given(prefix: str, number: int) -> Q:
    """The condition that a name holds that many words, which each reading gives."""
    return _holding(prefix, [Given(f"word_{rank}", TextField()) for rank in range(number)])


@statement
def _named(number: int, limit: int) -> "QuerySet[DigitalService, int]":
    own = DigitalService.objects.filter(named_as_given("", number)).values_list("pk", flat=True)
    owners = LegalEntity.objects.filter(named_as_given("", number)).values("pk")
    owned = DigitalService.objects.filter(owner__in=owners).values_list("pk", flat=True)
    return own.order_by().union(owned.order_by())[:limit]


def services_named(text: str, *, limit: int) -> list[int] | None:
    """The keys of the services whose name, or whose owner's name, holds this text; None for more than `limit`.

    One walk along the folded names; PostgreSQL keeps an index of their trigrams.
    """
    words = given_words(text)
    found = _named(len(words), limit + 1).rows(**words)
    return found if len(found) <= limit else None
