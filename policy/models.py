"""Index of the models of `policy`'s slices."""

from policy.certificates.models import Certificate, NameHolding, TrustAnchor
from policy.grants.models import ConnectionData, Grant
from policy.profiles.models import PolicyVersion

__all__ = [
    "Certificate",
    "ConnectionData",
    "Grant",
    "NameHolding",
    "PolicyVersion",
    "TrustAnchor",
]
