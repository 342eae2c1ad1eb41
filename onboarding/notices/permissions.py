"""Who writes notices, who confirms having read them, who reports a malfunction and who answers."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import NOTICES, READINGS, REPORTS
from .models import MalfunctionReport, Notice, NoticeReading


def roles_on_notice(user: Any, notice: Notice) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles)


def roles_on_reading(user: Any, reading: NoticeReading) -> frozenset[str]:
    """The roles held in the legal entity that was told."""
    return parties.roles_in(user, reading.legal_entity_id)


def roles_on_report(user: Any, report: MalfunctionReport) -> frozenset[str]:
    """The staff roles, and the roles held in the entity that owns the service."""
    return frozenset(user.staff_roles) | parties.roles_in(user, report.service.owner_id)


registry.register(Notice, NOTICES, roles_on=roles_on_notice)
registry.register(NoticeReading, READINGS, roles_on=roles_on_reading)
registry.register(MalfunctionReport, REPORTS, roles_on=roles_on_report)
