"""Two vendors and an agent, for tests of documents."""

from dataclasses import dataclass

import pytest

from portal.accounts.models import User
from portal.parties.models import DigitalService, LegalEntity
from tests.factories.accounts import AgentFactory
from tests.factories.parties import DigitalServiceFactory, member


@dataclass(frozen=True)
class Vendor:
    """A person, the entity he represents, its service."""

    person: User
    entity: LegalEntity
    service: DigitalService


def new_vendor() -> Vendor:
    """A vendor with one legal representative and one service."""
    service = DigitalServiceFactory()
    return Vendor(member(service.owner), service.owner, service)


@pytest.fixture
def vendor(db: None) -> Vendor:
    """The vendor of the test."""
    return new_vendor()


@pytest.fixture
def other_vendor(db: None) -> Vendor:
    """A vendor who must see nothing of the first."""
    return new_vendor()


@pytest.fixture
def agent(db: None) -> User:
    """A reviewer of the agency."""
    person: User = AgentFactory()
    return person
