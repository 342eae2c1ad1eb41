"""Verbs of the committee: the only code of the slice that saves."""

from .agenda import enter_on_agenda, plan_session, remove_from_agenda, reschedule
from .decisions import Outturn, correct_decision, record_decision, record_together
from .followup import lift_reservation, remind_reservation
from .members import appoint, ask_pack, declare_interests, end_seat, give_opinion, recuse
from .regions import confirm_proposal, decide_regionally, propose_regionally, set_aside_proposal
from .sittings import (
    cast_vote,
    close_ballot,
    close_session,
    convene,
    draft_minutes,
    endorse,
    open_session,
    release,
    remind_opinions,
)

__all__ = [
    "Outturn",
    "appoint",
    "ask_pack",
    "cast_vote",
    "close_ballot",
    "close_session",
    "confirm_proposal",
    "convene",
    "correct_decision",
    "decide_regionally",
    "declare_interests",
    "draft_minutes",
    "end_seat",
    "endorse",
    "enter_on_agenda",
    "give_opinion",
    "lift_reservation",
    "open_session",
    "plan_session",
    "propose_regionally",
    "record_decision",
    "record_together",
    "recuse",
    "release",
    "remind_opinions",
    "remind_reservation",
    "remove_from_agenda",
    "reschedule",
    "set_aside_proposal",
]
