"""Rights for tests, with the persons, the legal entity and the service that they need."""

from datetime import UTC, datetime

import factory

from policy.certificates.environments import Environment
from policy.grants.direction import Direction
from policy.grants.lifecycle import State
from policy.grants.models import ConnectionData, Grant
from policy.grants.readiness import Origin
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.parties.models import DigitalService, LegalEntity, Membership, ServiceKind
from portal.parties.roles import MembershipRole

BEFORE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
EG = ["350054680", "290004324"]


class PersonFactory(factory.django.DjangoModelFactory):
    """An active account without any role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"droit{n}@exemple.fr")
    first_name = "Claude"
    last_name = factory.Sequence(lambda n: f"Martin {n}")


def agent(*roles: StaffRole) -> User:
    """A person of the agency who holds these roles."""
    user = PersonFactory()
    for role in roles:
        StaffAssignment.objects.create(user=user, role=role, since=BEFORE)
    return user


class EntityFactory(factory.django.DjangoModelFactory):
    """A vendor's legal entity."""

    class Meta:
        model = LegalEntity

    reference = factory.Sequence(lambda n: f"E-2025-{n:04d}")
    siren = factory.Sequence(lambda n: f"{600000000 + n}")
    name = factory.Sequence(lambda n: f"Éditeur de lits {n}")
    mailbox = factory.Sequence(lambda n: f"boite{n}@editeur.fr")


def member(entity: LegalEntity, role: MembershipRole = MembershipRole.LEGAL_REPRESENTATIVE) -> User:
    """A person who holds a role in the entity."""
    user = PersonFactory()
    Membership.objects.create(user=user, legal_entity=entity, role=role, since=BEFORE)
    return user


class ServiceFactory(factory.django.DjangoModelFactory):
    """A digital service."""

    class Meta:
        model = DigitalService

    reference = factory.Sequence(lambda n: f"S-2025-{n:04d}")
    owner = factory.SubFactory(EntityFactory)
    name = factory.Sequence(lambda n: f"Lits en direct {n}")
    kind = ServiceKind.SAAS
    url = "https://lits.exemple.fr/"
    opened_at = BEFORE


class GrantFactory(factory.django.DjangoModelFactory):
    """A feeding right just granted, profile A. Traits: `ready` (all facts, address), `consumption`, `active`."""

    class Meta:
        model = Grant

    reference = factory.Sequence(lambda n: f"H-2025-{n:04d}")
    service = factory.SubFactory(ServiceFactory)
    holder = factory.SelfAttribute("service.owner")
    service_name = factory.SelfAttribute("service.name")
    direction = Direction.FEEDING
    feeding_profiles = "A"
    state = State.PENDING
    decision_reference = "D-2026-0001"
    decided_at = BEFORE

    class Params:
        consumption = factory.Trait(direction=Direction.CONSUMPTION, feeding_profiles="", access_profile=2)
        active = factory.Trait(state=State.ACTIVE)
        ready = factory.Trait(
            charter_signed_at=BEFORE,
            charter_origin=Origin.ESTABLISHED,
            tests_verified_at=BEFORE,
            tests_origin=Origin.ESTABLISHED,
            list_reference="L-2026-0001",
            list_digest="a" * 64,
            list_origin=Origin.ESTABLISHED,
            establishments=EG,
            production_url="https://prod.lits.exemple.fr/",
        )


class ConnectionFactory(factory.django.DjangoModelFactory):
    """Connection data handed over for production."""

    class Meta:
        model = ConnectionData

    grant = factory.SubFactory(GrantFactory)
    environment = Environment.PRODUCTION
    client_id = factory.Sequence(lambda n: f"client-{n}")
    token_url = "https://auth-api.ror.esante.gouv.fr/auth/realms/ror/protocol/openid-connect/token"
    api_url = "https://api-fhir.ror.esante.gouv.fr/"
    handed_over_at = BEFORE
