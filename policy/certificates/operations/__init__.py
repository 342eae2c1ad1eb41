"""The verbs of certificates: declaring, checking, warning, renewing, proving, and deciding whom to trust."""

from .batching import declare_batch
from .checking import MAX_LIST, ask_check, check_all, check_waiting
from .declaring import NotAcceptable, Unusable, declare, retire
from .naming import declare_name, withdraw_name
from .proving import prove_possession
from .trusting import (
    approve_anchor,
    install_anchors,
    keep_anchor,
    propose_anchor,
    propose_withdrawal,
    reject_anchor,
    withdraw_anchor,
)
from .warning import thresholds, warn

__all__ = [
    "MAX_LIST",
    "NotAcceptable",
    "Unusable",
    "approve_anchor",
    "ask_check",
    "check_all",
    "check_waiting",
    "declare",
    "declare_batch",
    "declare_name",
    "install_anchors",
    "keep_anchor",
    "propose_anchor",
    "propose_withdrawal",
    "prove_possession",
    "reject_anchor",
    "retire",
    "thresholds",
    "warn",
    "withdraw_anchor",
    "withdraw_name",
]
