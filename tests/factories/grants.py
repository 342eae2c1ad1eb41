"""Rights for tests, and the connection data handed over for them."""

from datetime import UTC, datetime

import factory

from policy.certificates.environments import Environment
from policy.grants.direction import Direction
from policy.grants.lifecycle import State
from policy.grants.models import ConnectionData, Grant, GrantedTerms
from policy.grants.readiness import Origin
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from tests.factories.accounts import AgentFactory
from tests.factories.parties import DigitalServiceFactory

BEFORE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
EG = ["350054680", "290004324"]


def agent(*roles: StaffRole) -> User:
    """A person of the agency who holds these roles."""
    return AgentFactory(roles=list(roles))


class GrantFactory(factory.django.DjangoModelFactory):
    """A feeding right just granted, profile A. Traits: `ready` (all facts, address), `consumption`, `active`."""

    class Meta:
        model = Grant

    reference = factory.Sequence(lambda n: f"H-2025-{n:04d}")
    service = factory.SubFactory(DigitalServiceFactory)
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


class TermsFactory(factory.django.DjangoModelFactory):
    """What a decision granted; a right without terms is one taken over."""

    class Meta:
        model = GrantedTerms

    grant = factory.SubFactory(GrantFactory)
    number = 1
    decision_reference = factory.SelfAttribute("grant.decision_reference")
    decided_at = factory.SelfAttribute("grant.decided_at")
    service_name = factory.SelfAttribute("grant.service_name")


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
