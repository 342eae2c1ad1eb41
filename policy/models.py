"""Index of the models of `policy`'s slices."""

from policy.certificates.models import Certificate, NameHolding, TrustAnchor
from policy.grants.models import ConnectionData, Grant
from policy.profiles.models import PolicyVersion
from policy.whitelist.models import EntryCertificate, Publication, PublicationHead, WhitelistEntry

__all__ = [
    "Certificate",
    "ConnectionData",
    "EntryCertificate",
    "Grant",
    "NameHolding",
    "PolicyVersion",
    "Publication",
    "PublicationHead",
    "TrustAnchor",
    "WhitelistEntry",
]
