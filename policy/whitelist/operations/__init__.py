"""Verbs on entries and on their list."""

from .entries import (
    approve,
    keep_suspended,
    propose,
    propose_reinstatement,
    reinstate,
    reject,
    suspend,
    take_effect,
    withdraw,
    withdraw_right,
)
from .following import cut_revoked, see_names
from .issuing import accept_loss, propose_loss, publish, refuse_loss
from .keys import enforce_key, propose_key, reject_key

__all__ = [
    "accept_loss",
    "approve",
    "cut_revoked",
    "enforce_key",
    "keep_suspended",
    "propose",
    "propose_key",
    "propose_loss",
    "propose_reinstatement",
    "publish",
    "refuse_loss",
    "reinstate",
    "reject",
    "reject_key",
    "see_names",
    "suspend",
    "take_effect",
    "withdraw",
    "withdraw_right",
]
