"""Publication documents for tests of verdicts, as the whitelist writes them."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
FIRST, SECOND, OTHER = "350054680", "290004324", "750712184"


def fingerprint(letter: str) -> str:
    """A fingerprint made of one figure."""
    return letter * 64


def entry(number: int, **changes: Any) -> dict[str, Any]:
    """An approved feeding entry (profile A, two establishments, one certificate `number` × 64), with the changes."""
    certificate = {
        "sha256": fingerprint(str(number)),
        "subject": f"CN=service{number}",
        "not_after": "2028-01-01T00:00:00Z",
        "establishments": None,
    }
    given = {
        "reference": f"LB-{number:06d}",
        "environment": "production",
        "service": f"SN-{number:06d}",
        "service_name": "Lits",
        "client_id": f"ror-{number}",
        "url": "https://lits.exemple.fr/",
        "certificates": [certificate],
        "feeding_profiles": ["A"],
        "access_profile": None,
        "region": "",
        "establishments": [SECOND, FIRST],
        "state": "approved",
        "effective_at": "2026-01-01T00:00:00Z",
    }
    return given | changes


def document(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A publication of these entries."""
    given = {
        "schema": "ror-whitelist/1",
        "environment": "production",
        "version": 12,
        "issued_at": "2026-03-01T00:00:00Z",
        "expires_at": "2026-03-08T00:00:00Z",
        "policy_version": "1",
        "count": len(entries),
        "entries": list(entries),
    }
    return given | changes
