"""Index of the models of `policy`'s slices."""

from policy.grants.models import ConnectionData, Grant
from policy.profiles.models import PolicyVersion

__all__ = [
    "ConnectionData",
    "Grant",
    "PolicyVersion",
]
