"""Index of the models of `policy`'s slices."""

from policy.certificates.models import (
    Certificate,
    CertificateBatch,
    CheckRun,
    DeclaredName,
    ExpiryNotice,
    NameHolding,
    SourceReading,
    TrustAnchor,
)
from policy.grants.models import ConnectionData, Grant
from policy.profiles.models import PolicyVersion
from policy.verdicts.models import VerdictCount
from policy.whitelist.models import EntryCertificate, Publication, PublicationHead, WhitelistEntry

__all__ = [
    "Certificate",
    "CertificateBatch",
    "CheckRun",
    "ConnectionData",
    "DeclaredName",
    "EntryCertificate",
    "ExpiryNotice",
    "Grant",
    "NameHolding",
    "PolicyVersion",
    "Publication",
    "PublicationHead",
    "SourceReading",
    "TrustAnchor",
    "VerdictCount",
    "WhitelistEntry",
]
