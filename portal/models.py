"""Index of the ground's models."""

from portal.accounts.models import StaffAssignment, User
from portal.audit.models import AccessTrace, AuditDetail, AuditEvent, AuditHead
from portal.lifecycle.models import ReferenceCounter
from portal.outbox.models import OutboxMessage
from portal.parties.models import DigitalService, Invitation, LegalEntity, Membership
from portal.web.models import Submission

__all__ = [
    "AccessTrace",
    "AuditDetail",
    "AuditEvent",
    "AuditHead",
    "DigitalService",
    "Invitation",
    "LegalEntity",
    "Membership",
    "OutboxMessage",
    "ReferenceCounter",
    "StaffAssignment",
    "Submission",
    "User",
]
