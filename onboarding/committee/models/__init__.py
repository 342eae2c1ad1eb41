"""Sessions and their agenda, the members and what they say, the decisions and what follows them."""

from .decisions import Decision, DecisionQuerySet
from .panel import Opinion, Recusal, Seat, Summons, Vote
from .reservations import Proposal, Reservation
from .sessions import AgendaItem, CommitteeSession, SessionQuerySet

__all__ = [
    "AgendaItem",
    "CommitteeSession",
    "Decision",
    "DecisionQuerySet",
    "Opinion",
    "Proposal",
    "Recusal",
    "Reservation",
    "Seat",
    "SessionQuerySet",
    "Summons",
    "Vote",
]
