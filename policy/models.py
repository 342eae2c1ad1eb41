"""Index of the models of `policy`'s slices."""

from policy.certificates.models import (
    Certificate,
    CertificateBatch,
    CertificateProposal,
    CertificateReview,
    CheckRun,
    DeclaredName,
    ExpiryNotice,
    NameHolding,
    SourceReading,
    ThirdParty,
    TrustAnchor,
)
from policy.diagnosis.models import DiagnosedCall
from policy.gateways.models import Acknowledgement, CountedReport, DayOfCalls, DayOfClientCalls, Sighting
from policy.grants.models import ConnectionData, Grant, GrantedTerms, Restriction
from policy.profiles.models import PolicyVersion
from policy.rollovers.models import Rollover, RolloverLine
from policy.sanctions.models import Sanction
from policy.servers.models import ServerCertificate, ServerNotice
from policy.verdicts.models import VerdictCount
from policy.whitelist.models import (
    CertificateCut,
    EntryCertificate,
    EntryName,
    ListLoss,
    Publication,
    PublicationHead,
    SigningKey,
    WhitelistEntry,
)

__all__ = [
    "Acknowledgement",
    "Certificate",
    "CertificateBatch",
    "CertificateCut",
    "CertificateProposal",
    "CertificateReview",
    "CheckRun",
    "ConnectionData",
    "CountedReport",
    "DayOfCalls",
    "DayOfClientCalls",
    "DeclaredName",
    "DiagnosedCall",
    "EntryCertificate",
    "EntryName",
    "ExpiryNotice",
    "Grant",
    "GrantedTerms",
    "ListLoss",
    "NameHolding",
    "PolicyVersion",
    "Publication",
    "PublicationHead",
    "Restriction",
    "Rollover",
    "RolloverLine",
    "Sanction",
    "ServerCertificate",
    "ServerNotice",
    "Sighting",
    "SigningKey",
    "SourceReading",
    "ThirdParty",
    "TrustAnchor",
    "VerdictCount",
    "WhitelistEntry",
]
