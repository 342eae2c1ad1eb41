"""Measures on a right in production, opened by an agent who then may not decide them."""

from datetime import datetime, timedelta
from typing import Any

from policy.grants.models import Grant
from policy.sanctions import operations
from policy.sanctions.extent import Extent, Motive, Nature
from policy.sanctions.models import Sanction
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from tests.factories.grants import agent
from tests.factories.parties import NOW
from tests.factories.whitelist import approved, manager, ready_grant

FACTS = "Quarante appels par seconde le 2 mars, malgré deux rappels."
LATER = NOW + timedelta(days=40)  # past every delay given to a vendor


def guard() -> User:
    """A security officer."""
    return agent(StaffRole.SECURITY_OFFICER)


def in_production(**changes: Any) -> Grant:
    """A feeding right with profiles A and B and two establishments, in force."""
    grant = ready_grant(feeding_profiles="AB", **changes)
    approved(grant, at=NOW)
    grant.refresh_from_db()
    return grant


def envisaged(grant: Grant, *, by: User | None = None, at: datetime = NOW, **changes: Any) -> Sanction:
    """A measure that the vendor was told of: by default, the suspension of all the right."""
    given: dict[str, Any] = {
        "nature": Nature.SUSPENSION,
        "extent": Extent.DIRECTION,
        "motive": Motive.ABUSE,
        "grounds": FACTS,
    }
    return operations.open_measure(grant, **(given | changes), by=by or manager(), at=at)


def urgent(grant: Grant, *, by: User | None = None, at: datetime = NOW, **changes: Any) -> Sanction:
    """A suspension taken at once."""
    given: dict[str, Any] = {
        "extent": Extent.DIRECTION,
        "motive": Motive.SECURITY,
        "grounds": FACTS,
        "emergency": "Des écritures continuent sur des services fermés.",
    }
    return operations.open_emergency(grant, **(given | changes), by=by or guard(), at=at)


def in_force(grant: Grant, *, at: datetime = LATER, **changes: Any) -> Sanction:
    """A measure decided by a second person."""
    made = envisaged(grant, **changes)
    operations.decide(made, conclusions="Les faits sont établis.", by=manager(), at=at)
    return made
