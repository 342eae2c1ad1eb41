"""Declarations, breach cases and confirmations on a right in production."""

from datetime import date, datetime
from typing import Any

from onboarding.changes.kinds import Kind
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import declaring
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.parties.roles import MembershipRole
from tests.factories.grants import agent
from tests.factories.parties import NOW, member
from tests.factories.whitelist import approved, ready_grant


def in_production(at: datetime = NOW) -> tuple[Grant, WhitelistEntry]:
    """A feeding right whose entry is in force."""
    grant = ready_grant()
    entry = approved(grant, at=at)
    grant.refresh_from_db()
    return grant, entry


def boss_of(grant: Grant) -> User:
    """A legal representative of the holder."""
    return member(grant.holder)


def technician_of(grant: Grant) -> User:
    """A technical contact of the holder."""
    return member(grant.holder, MembershipRole.TECHNICAL_CONTACT)


def manager() -> User:
    """An agent who keeps the whitelist."""
    return agent(StaffRole.WHITELIST_MANAGER)


def reviewer() -> User:
    """An agent who reviews."""
    return agent(StaffRole.REVIEWER)


def declared(
    grant: Grant, kind: Kind, proposed: str, *, at: datetime = NOW, wished_date: date | None = None, **more: Any
) -> ChangeDeclaration:
    """A declaration prepared and signed by the legal representative."""
    boss = boss_of(grant)
    row = declaring.prepare(grant, kind=kind, proposed=proposed, wished_date=wished_date, by=boss, at=at, **more)
    declaring.sign(row, by=boss, at=at)
    return row
