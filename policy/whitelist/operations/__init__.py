"""Verbs on entries and on their list."""

from .entries import (
    approve,
    keep_suspended,
    propose,
    propose_reinstatement,
    publish,
    reinstate,
    reject,
    suspend,
    take_effect,
    withdraw,
    withdraw_right,
)
from .following import cut_revoked, see_names

__all__ = [
    "approve",
    "cut_revoked",
    "keep_suspended",
    "propose",
    "propose_reinstatement",
    "publish",
    "reinstate",
    "reject",
    "see_names",
    "suspend",
    "take_effect",
    "withdraw",
    "withdraw_right",
]
