"""What follows the moves of the committee: letters, minutes, packs and mails."""

from .calls import make_pack, remind_opinions, summon
from .letters import issue_minutes, notify_decision
from .reserves import announce_lifting, remind_reservation

__all__ = [
    "announce_lifting",
    "issue_minutes",
    "make_pack",
    "notify_decision",
    "remind_opinions",
    "remind_reservation",
    "summon",
]
