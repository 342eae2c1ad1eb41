"""Notices and malfunction reports for tests."""

from datetime import datetime, timedelta
from typing import Any

from onboarding.notices.models import MalfunctionReport, Notice
from onboarding.notices.operations import notices, reports
from portal.accounts.roles import StaffRole
from portal.parties.models import DigitalService
from tests.factories.accounts import AgentFactory
from tests.factories.parties import NOW, member

TEXT = "Le serveur sera arrêté.\n\n- Préparez vos reprises."


def values(**changes: Any) -> dict[str, Any]:
    """A notice to everybody."""
    return {"kind": "information", "title": "Nouvelle documentation", "body": TEXT, "audience": "all", **changes}


def window(at: datetime = NOW, **changes: Any) -> dict[str, Any]:
    """A maintenance of production, from an hour after `at` and for two hours."""
    return values(
        kind="maintenance",
        title="Maintenance du serveur d’autorisation",
        parts=["authorisation"],
        touched="production",
        starts_at=at + timedelta(hours=1),
        ends_at=at + timedelta(hours=3),
        **changes,
    )


def drafted(at: datetime = NOW, **changes: Any) -> Notice:
    """A draft by an agent."""
    return notices.write(values(**changes), by=AgentFactory(roles=[StaffRole.REVIEWER]), at=at)


def published(at: datetime = NOW, **changes: Any) -> Notice:
    """A notice just published."""
    notice = drafted(at, **changes)
    notices.publish(notice, by=AgentFactory(roles=[StaffRole.REVIEWER]), at=at)
    return notice


def reported(service: DigitalService, **changes: Any) -> MalfunctionReport:
    """A malfunction said by a new representative of the service's owner."""
    given = {"environment": "production", "part": "feeding", "title": "Erreur 500", "text": "PATCH refusé.", "at": NOW}
    return reports.report(service, **{**given, "by": member(service.owner), **changes})
