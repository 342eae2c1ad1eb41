"""Whitelist entries for tests, with their certificates; rows of a publication without any database."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate, NameHolding
from policy.grants.models import Grant
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from policy.whitelist.publication import CertificateRow, EntryRow
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from tests.factories.accounts import PersonFactory
from tests.factories.grants import BEFORE, ConnectionFactory, GrantFactory, agent

LATER = datetime(2028, 12, 31, 23, 0, tzinfo=UTC)
_numbers = count(1)


def certificate(grant: Grant, *, environment: str = Environment.PRODUCTION, **changes: Any) -> Certificate:
    """A certificate declared for the service of a right."""
    number = next(_numbers)
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    holding = NameHolding.objects.create(environment=environment, dn_digest=digest, service=grant.service, since=BEFORE)
    given = {
        "reference": f"CE-2025-{number:04d}",
        "service": grant.service,
        "environment": environment,
        "holding": holding,
        "pem": "-----BEGIN CERTIFICATE-----",
        "fingerprint": digest,
        "serial": f"{number:X}",
        "issuer": "CN=AC IGC-SANTE ELEMENTAIRE ORGANISATIONS",
        "issuer_digest": "0" * 64,
        "subject": f"CN=lits-{number},OU=318751275100020,O=EDITEUR,C=FR",
        "subject_openssl": f"/CN=lits-{number}",
        "dn_digest": digest,
        "hierarchy": Hierarchy.PROD if environment == Environment.PRODUCTION else Hierarchy.TEST,
        "not_before": BEFORE,
        "not_after": LATER,
        "declared_at": BEFORE,
        "declared_by": PersonFactory(),
    }
    return Certificate.objects.create(**(given | changes))


def manager() -> User:
    """A manager of the whitelist."""
    return agent(StaffRole.WHITELIST_MANAGER)


def ready_grant(**changes: Any) -> Grant:
    """A right that may be proposed in production: facts, address, connection data, one certificate."""
    grant = GrantFactory(ready=True, **changes)
    ConnectionFactory(grant=grant)
    certificate(grant)
    return grant


def proposed(grant: Grant | None = None, *, by: User | None = None, **changes: Any) -> WhitelistEntry:
    """An entry proposed in production, by somebody who then may not approve it."""
    given = {"environment": Environment.PRODUCTION, "by": by or manager()}
    return whitelist.propose(grant or ready_grant(), **(given | changes))


def approved(grant: Grant | None = None, *, at: datetime | None = None, **changes: Any) -> WhitelistEntry:
    """An entry in force in production."""
    entry = proposed(grant, at=at, **changes)
    whitelist.approve(entry, by=manager(), at=at)
    return entry


def row(number: int = 1, **changes: Any) -> EntryRow:
    """A sound row of a publication."""
    given: dict[str, Any] = {
        "reference": f"LB-{number:06d}",
        "environment": "production",
        "service": f"S-2026-{number:04d}",
        "service_name": "Lits en direct",
        "client_id": f"client-{number}",
        "url": "https://lits.exemple.fr/",
        "certificates": [certificate_row(number)],
        "feeding_profiles": "A",
        "access_profile": None,
        "region": "",
        "establishments": ["350054680", "290004324"],
        "state": "approved",
        "effective_at": BEFORE,
    }
    return EntryRow(**(given | changes))


def certificate_row(number: int = 1, **changes: Any) -> CertificateRow:
    """A sound certificate of a row."""
    given: dict[str, Any] = {
        "sha256": hashlib.sha256(f"row {number}".encode()).hexdigest(),
        "subject": f"CN=rang-{number},O=EDITEUR,C=FR",
        "not_after": BEFORE + timedelta(days=900),
    }
    return CertificateRow(**(given | changes))
