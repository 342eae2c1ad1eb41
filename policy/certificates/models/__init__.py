"""Trusted authorities, names and who holds them, certificates declared by vendors, and what the clock made of them."""

from .anchors import TrustAnchor, TrustAnchorQuerySet
from .batches import CertificateBatch, CertificateBatchQuerySet
from .certificates import Certificate, CertificateQuerySet, ExpiryNotice
from .names import CONTACT, DeclaredName, NameHolding, NameHoldingQuerySet
from .proposals import CertificateProposal, CertificateProposalQuerySet
from .rounds import CertificateReview, CheckRun, SourceReading
from .third_parties import ThirdParty

__all__ = [
    "CONTACT",
    "Certificate",
    "CertificateBatch",
    "CertificateBatchQuerySet",
    "CertificateProposal",
    "CertificateProposalQuerySet",
    "CertificateQuerySet",
    "CertificateReview",
    "CheckRun",
    "DeclaredName",
    "ExpiryNotice",
    "NameHolding",
    "NameHoldingQuerySet",
    "SourceReading",
    "ThirdParty",
    "TrustAnchor",
    "TrustAnchorQuerySet",
]
