"""Index of the ground's models."""

from portal.accounts.models import RoleProposal, StaffAssignment, User
from portal.audit.models import AccessTrace, AuditDetail, AuditEvent
from portal.documents.models import DepositedFile, DocumentNumber, FrozenBytes, StoredDocument
from portal.lifecycle.models import ReferenceCounter
from portal.mail.models import BouncedAddress, DigestLine, EmailAttachment, MailPreferences, OutgoingEmail
from portal.outbox.models import ClockJob, OutboxMessage
from portal.parameters.models import Parameter
from portal.parties.models import ClosedReading, DigitalService, Invitation, LegalEntity, Membership
from portal.reference.models import Concept, Establishment, Nomenclature, Region, RegisterVersion, TrustSpace
from portal.tokens.models import ApiToken
from portal.web.models import Submission

__all__ = [
    "AccessTrace",
    "ApiToken",
    "AuditDetail",
    "AuditEvent",
    "BouncedAddress",
    "ClockJob",
    "ClosedReading",
    "Concept",
    "DepositedFile",
    "DigestLine",
    "DigitalService",
    "DocumentNumber",
    "EmailAttachment",
    "Establishment",
    "FrozenBytes",
    "Invitation",
    "LegalEntity",
    "MailPreferences",
    "Membership",
    "Nomenclature",
    "OutboxMessage",
    "OutgoingEmail",
    "Parameter",
    "ReferenceCounter",
    "Region",
    "RegisterVersion",
    "RoleProposal",
    "StaffAssignment",
    "StoredDocument",
    "Submission",
    "TrustSpace",
    "User",
]
