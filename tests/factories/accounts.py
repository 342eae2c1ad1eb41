"""Persons for tests: anybody, agents by role, and how to come in with what a role demands."""

import time
import uuid
from datetime import UTC, datetime
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.test import Client

from portal.accounts.middleware import ENROLLED, OPENED, SEEN
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole

SINCE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PHRASE = "une phrase que moi seul connais"


class PersonFactory(factory.django.DjangoModelFactory):
    """An active account without role nor password; its address is verified. Traits: `closed`, `with_password`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        closed = factory.Trait(is_active=False)

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    first_name = "Claude"
    last_name = factory.Sequence(lambda n: f"Martin {n}")
    date_joined = SINCE

    @factory.post_generation
    def with_password(person: User, create: bool, extracted: Any, **kwargs: Any) -> None:
        """`with_password=True` gives PHRASE as password."""
        if extracted:
            person.set_password(PHRASE)
        else:
            person.set_unusable_password()
        person.save(update_fields=["password"])
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)


class AgentFactory(PersonFactory):
    """A member of staff: a reviewer, or `AgentFactory(roles=[StaffRole.ADMINISTRATOR])`."""

    last_name = factory.Sequence(lambda n: f"Agent {n}")

    @factory.post_generation
    def roles(person: User, create: bool, extracted: Any, **kwargs: Any) -> None:
        """The staff roles held since SINCE."""
        for role in extracted or [StaffRole.REVIEWER]:
            StaffAssignment.objects.create(user=person, role=role, since=SINCE)


def tied(*accounts: User) -> None:
    """These accounts are known as one person's."""
    User.objects.filter(pk__in=[each.pk for each in accounts]).update(person=uuid.uuid4())
    for each in accounts:
        each.refresh_from_db()
        each.__dict__.pop("own_accounts", None)


def entered(person: User) -> Client:
    """A browser in which the person is signed in, with the second factor that a role demands.

    Who has no password has just come through the provider.
    """
    client = Client()
    client.force_login(person, backend="portal.accounts.authentication.Backend")
    session = client.session
    session[ENROLLED] = person.pk
    session[OPENED] = session[SEEN] = time.time()
    if not person.has_usable_password():
        session["account_authentication_methods"] = [{"method": "socialaccount", "at": time.time()}]
        session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client
