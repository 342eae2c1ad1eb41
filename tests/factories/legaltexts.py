"""Versions of legal texts, and signatures."""

from datetime import UTC, datetime
from typing import Any

from onboarding.legaltexts import demonstration, operations
from onboarding.legaltexts.kinds import Kind
from onboarding.legaltexts.models import LegalTextVersion, Signature
from portal.accounts.roles import StaffRole
from portal.parties.models import DigitalService
from tests.factories.accounts import AgentFactory
from tests.factories.parties import member

PUBLISHED = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


def published(kind: Kind = Kind.FEEDING_CHARTER, **changes: Any) -> LegalTextVersion:
    """A version published by an administrator: the demonstration charter unless told otherwise."""
    draft = demonstration.feeding_charter()
    fields = {"title": draft.title, "body": draft.body, "commitments": draft.commitments, "at": PUBLISHED, **changes}
    return operations.publish_version(kind, by=AgentFactory(roles=[StaffRole.ADMINISTRATOR]), **fields)


def signed(version: LegalTextVersion, service: DigitalService, **changes: Any) -> Signature:
    """A signature by a new legal representative of the service's owner."""
    return operations.sign(version, service, **{"by": member(service.owner), **changes})
