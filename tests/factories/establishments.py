"""A vendor with its service, people on both sides, and establishment lists."""

import time
from datetime import UTC, datetime

import factory
from django.test import Client

from onboarding.establishments import difference
from onboarding.establishments.lifecycle import State
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.establishments.verdicts import LineVerdict
from portal.accounts.middleware import OPENED, SEEN
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.parties.models import DigitalService, LegalEntity, Membership, ServiceKind
from portal.parties.roles import MembershipRole

BEFORE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class PersonFactory(factory.django.DjangoModelFactory):
    """An active account without any role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"quelquun{n}@exemple.fr")
    first_name = "Alix"
    last_name = factory.Sequence(lambda n: f"Martin {n}")


def agent(*roles: StaffRole) -> User:
    """A person of the agency who holds these roles."""
    user = PersonFactory()
    for role in roles:
        StaffAssignment.objects.create(user=user, role=role, since=BEFORE)
    return user


def member(entity: LegalEntity, role: MembershipRole = MembershipRole.LEGAL_REPRESENTATIVE) -> User:
    """A person of a legal entity, its legal representative unless told otherwise."""
    user = PersonFactory()
    Membership.objects.create(user=user, legal_entity=entity, role=role, since=BEFORE)
    return user


def signed_in(user: User) -> Client:
    """A browser in which this person has just proved his identity, second factor included."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session[OPENED] = session[SEEN] = time.time()
    session.save()
    return client


class EntityFactory(factory.django.DjangoModelFactory):
    """A vendor's legal entity."""

    class Meta:
        model = LegalEntity

    reference = factory.Sequence(lambda n: f"E-2026-{n + 5000}")
    siren = factory.Sequence(lambda n: f"{600000000 + n}")
    name = factory.Sequence(lambda n: f"Société {n}")


class ServiceFactory(factory.django.DjangoModelFactory):
    """A SaaS service."""

    class Meta:
        model = DigitalService

    reference = factory.Sequence(lambda n: f"S-2026-{n + 5000}")
    owner = factory.SubFactory(EntityFactory)
    name = factory.Sequence(lambda n: f"Lits ouverts {n}")
    kind = ServiceKind.SAAS
    opened_at = BEFORE


class ListFactory(factory.django.DjangoModelFactory):
    """A draft without lines; `numbers=[…]` gives it valid ones; `confirmed` puts it in force."""

    class Meta:
        model = EstablishmentList
        skip_postgeneration_save = True

    class Params:
        confirmed = factory.Trait(
            state=State.CONFIRMED,
            confirmed_at=BEFORE,
            confirmed_by=factory.SubFactory(PersonFactory),
            effective_date=BEFORE.date(),
        )

    reference = factory.Sequence(lambda n: f"L-2026-{n + 5000}")
    service = factory.SubFactory(ServiceFactory)
    source_name = "liste.csv"
    source_sha256 = "0" * 64
    uploaded_by = factory.SubFactory(PersonFactory)
    uploaded_at = BEFORE
    version = 1
    valid_count = 1
    digest = "f" * 64

    @factory.post_generation
    def numbers(held: EstablishmentList, create: bool, given: list[str] | None) -> None:
        """Valid lines for these numbers, and the counts that go with them."""
        if given is None:
            return
        for rank, number in enumerate(given, start=1):
            LineFactory(list=held, rank=rank, line=rank + 1, typed=number, finess=number)
        held.line_count = held.valid_count = len(given)
        held.counts, held.digest = {LineVerdict.VALID.value: len(given)}, difference.digest(given)
        held.save()


class LineFactory(factory.django.DjangoModelFactory):
    """A valid line."""

    class Meta:
        model = ListLine

    list = factory.SubFactory(ListFactory)
    rank = factory.Sequence(lambda n: n + 1)
    line = factory.SelfAttribute("rank")
    typed = factory.SelfAttribute("finess")
    verdict = LineVerdict.VALID
    name = "CENTRE HOSPITALIER"
    city = "BOURG EN BRESSE"
