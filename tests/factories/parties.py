"""Legal entities with their members, invitations and services."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.conf import settings
from django.test import Client

from portal.accounts.models import User
from portal.audit.record import Origin, origin
from portal.parties import invitation_tokens
from portal.parties.models import DigitalService, Invitation, LegalEntity, Membership, ServiceKind
from portal.parties.roles import MembershipRole
from tests.factories.accounts import PersonFactory, entered

SINCE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def luhn(stem: str) -> str:
    """The stem with its check digit: eight digits give a valid SIREN."""
    digits = [int(character) for character in reversed(f"{stem}0")]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return f"{stem}{-total % 10}"


class LegalEntityFactory(factory.django.DjangoModelFactory):
    """A verified company in Paris."""

    class Meta:
        model = LegalEntity

    reference = factory.Sequence(lambda n: f"PM-2026-{n + 1000}")
    siren = factory.Sequence(lambda n: luhn(f"{81000000 + n}"))
    name = factory.Sequence(lambda n: f"Lits Connectés {n}")
    address = "12 rue des Écoles"
    postcode = "75005"
    city = "Paris"


class MembershipFactory(factory.django.DjangoModelFactory):
    """A legal representative in force. Trait: `ended`."""

    class Meta:
        model = Membership

    class Params:
        ended = factory.Trait(until=SINCE + timedelta(days=10))

    user = factory.SubFactory(PersonFactory)
    legal_entity = factory.SubFactory(LegalEntityFactory)
    role = MembershipRole.LEGAL_REPRESENTATIVE
    since = SINCE


def member(entity: LegalEntity, role: MembershipRole = MembershipRole.LEGAL_REPRESENTATIVE, **person: Any) -> User:
    """A person of a legal entity, its legal representative unless told otherwise."""
    return MembershipFactory(legal_entity=entity, role=role, user=PersonFactory(**person)).user


class InvitationFactory(factory.django.DjangoModelFactory):
    """An open invitation of a contributor, sent at NOW. Trait: `expired`."""

    class Meta:
        model = Invitation

    class Params:
        expired = factory.Trait(sent_at=NOW - timedelta(days=4), expires_at=NOW - timedelta(days=1))

    reference = factory.Sequence(lambda n: f"I-2026-{n + 1000}")
    legal_entity = factory.SubFactory(LegalEntityFactory)
    email = factory.Sequence(lambda n: f"invite{n}@exemple.fr")
    role = MembershipRole.CONTRIBUTOR
    nonce = factory.Sequence(lambda n: f"nonce-{n}")
    token_digest = factory.LazyAttribute(
        lambda made: invitation_tokens.digest(invitation_tokens.token(made.nonce, key=settings.SECRET_KEY))
    )
    invited_by = factory.LazyAttribute(lambda made: member(made.legal_entity))
    sent_at = NOW
    expires_at = NOW + timedelta(hours=72)


class DigitalServiceFactory(factory.django.DjangoModelFactory):
    """A SaaS service with its address."""

    class Meta:
        model = DigitalService

    reference = factory.Sequence(lambda n: f"S-2026-{n + 1000}")
    owner = factory.SubFactory(LegalEntityFactory)
    name = factory.Sequence(lambda n: f"Lits en direct {n}")
    kind = ServiceKind.SAAS
    url = "https://lits.exemple.fr/ror"
    opened_at = SINCE


def proved(person: User) -> Client:
    """A browser in which this person has just proved his identity, second factor included."""
    client = entered(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


@contextmanager
def long_after_the_proof() -> Iterator[None]:
    """Acts come from a session whose last proof of identity is old."""
    token = origin.set(Origin("web", stepped_up=lambda: False))
    try:
        yield
    finally:
        origin.reset(token)
