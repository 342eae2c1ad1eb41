"""What may be done with certificates, names, checks and trusted authorities, by whom: the tables."""

from .anchors import ANCHORS, AnchorMove, AnchorState
from .certificates import CERTIFICATES, PROPOSALS, Move, ProposalMove, ProposalState, State
from .names import HOLDINGS, NAMES, HoldingMove, HoldingState, NameMove, NameState
from .records import BATCHES, CHECK_RUNS, REVIEWS, RecordMove, RecordState, ReviewMove, ReviewState

__all__ = [
    "ANCHORS",
    "BATCHES",
    "CERTIFICATES",
    "CHECK_RUNS",
    "HOLDINGS",
    "NAMES",
    "PROPOSALS",
    "REVIEWS",
    "AnchorMove",
    "AnchorState",
    "HoldingMove",
    "HoldingState",
    "Move",
    "NameMove",
    "NameState",
    "ProposalMove",
    "ProposalState",
    "RecordMove",
    "RecordState",
    "ReviewMove",
    "ReviewState",
    "State",
]
