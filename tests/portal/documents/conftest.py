"""Two vendors and an agent, for tests of documents."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.parties.models import DigitalService, LegalEntity, Membership, ServiceKind
from portal.parties.roles import MembershipRole

SINCE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Vendor:
    """A person, the entity he represents, its service."""

    person: User
    entity: LegalEntity
    service: DigitalService


def vendor_named(name: str, siren: str) -> Vendor:
    """A vendor with one legal representative and one service."""
    entity = LegalEntity.objects.create(reference=f"E-{siren}", siren=siren, name=name)
    person = User.objects.create_user(f"{name.lower()}@exemple.fr", first_name="Camille", last_name=name)
    role = MembershipRole.LEGAL_REPRESENTATIVE
    Membership.objects.create(user=person, legal_entity=entity, role=role, since=SINCE)
    service = DigitalService.objects.create(
        reference=f"S-{siren}", owner=entity, name=f"Service {name}", kind=ServiceKind.SAAS, opened_at=SINCE
    )
    return Vendor(person, entity, service)


@pytest.fixture
def vendor(db: None) -> Vendor:
    """The vendor of the test."""
    return vendor_named("Alpha", "732829320")


@pytest.fixture
def other_vendor(db: None) -> Vendor:
    """A vendor who must see nothing of the first."""
    return vendor_named("Bravo", "404833048")


@pytest.fixture
def agent(db: None) -> User:
    """A reviewer of the agency."""
    person = User.objects.create_user("agent@exemple.fr", first_name="Dominique", last_name="Agent")
    StaffAssignment.objects.create(user=person, role=StaffRole.REVIEWER, since=SINCE)
    return person
