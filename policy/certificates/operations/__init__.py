"""The verbs of certificates: declaring, checking, warning, renewing, proving, and deciding whom to trust."""

from .batching import declare_batch
from .checking import MAX_LIST, ask_check, check_all, check_listed, check_waiting
from .declaring import NotAcceptable, Unusable, declare, refuse_ended, retire
from .naming import declare_name, withdraw_name
from .proposing import accept, propose, set_aside
from .proving import prove_possession, witness_possession
from .releasing import keep_name, propose_release, release
from .representing import end_third_party, name_third_party
from .reviewing import resume_review, review_all
from .trusting import (
    approve_anchor,
    install_anchors,
    keep_anchor,
    propose_anchor,
    propose_withdrawal,
    reject_anchor,
    withdraw_anchor,
)
from .warning import Watched, acknowledge, escalate, warn, warn_all

__all__ = [
    "MAX_LIST",
    "NotAcceptable",
    "Unusable",
    "Watched",
    "accept",
    "acknowledge",
    "approve_anchor",
    "ask_check",
    "check_all",
    "check_listed",
    "check_waiting",
    "declare",
    "declare_batch",
    "declare_name",
    "end_third_party",
    "escalate",
    "install_anchors",
    "keep_anchor",
    "keep_name",
    "name_third_party",
    "propose",
    "propose_anchor",
    "propose_release",
    "propose_withdrawal",
    "prove_possession",
    "refuse_ended",
    "reject_anchor",
    "release",
    "resume_review",
    "retire",
    "review_all",
    "set_aside",
    "warn",
    "warn_all",
    "withdraw_anchor",
    "withdraw_name",
    "witness_possession",
]
