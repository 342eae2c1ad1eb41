"""Who may do what: the secretary keeps the calendar, members speak of what they were called to, ARS decide at home."""

from typing import Any

from onboarding.committee.lifecycle import DECISIONS, PROPOSALS, RESERVATIONS, SESSIONS, SUMMONED, ProposalMove
from onboarding.committee.member_moves import OPINIONS, SEATS, VOICE, VOTES
from onboarding.committee.models import (
    AgendaItem,
    CommitteeSession,
    Decision,
    Opinion,
    Proposal,
    Recusal,
    Reservation,
    Seat,
    Summons,
    Vote,
)
from onboarding.committee.models.sessions import closes_minutes, closes_pack
from portal.accounts.roles import REGIONAL
from portal.documents import closings
from portal.documents.kinds import Kind
from portal.lifecycle import registry

RECUSED = "Vous êtes déporté de ce point : vous ne pouvez ni le lire, ni donner un avis, ni voter."
UNDECLARED = "Déclarez d’abord vos liens d’intérêt pour cette séance."


def _summons(user: Any, session_id: int | None) -> Summons | None:
    return Summons.objects.filter(session_id=session_id, user_id=user.pk).first() if session_id else None


def roles_on_session(user: Any, session: CommitteeSession) -> frozenset[str]:
    """The staff roles, and that of somebody called to the session."""
    called = {SUMMONED} if _summons(user, session.pk) else set()
    return frozenset(user.staff_roles - REGIONAL) | called


def roles_on_item(user: Any, said: Opinion | Vote) -> frozenset[str]:
    """Being called to the point's session, with a voice or not."""
    summons = _summons(user, said.item.session_id)
    if summons is None or summons.function == "secretary":
        return frozenset()
    return frozenset({SUMMONED, VOICE} if summons.has_voice else {SUMMONED})


def forbids_on_item(user: Any, move: str, said: Opinion | Vote) -> str | None:
    """A recused member says nothing; nor does who has not declared his interests; nor one for another."""
    if said.pk and said.user_id != user.pk:
        return "Cet avis est celui d’une autre personne."
    if Recusal.objects.filter(item_id=said.item_id, user_id=user.pk).exists():
        return RECUSED
    summons = _summons(user, said.item.session_id)
    return None if summons and summons.declared_at else UNDECLARED


def roles_on_seat(user: Any, seat: Seat) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles - REGIONAL)


def roles_at(user: Any, item: AgendaItem | None) -> frozenset[str]:
    """The national staff roles at a session's point; in a regional space, those held for that very region."""
    if item is None or not item.region:
        return frozenset(user.staff_roles - REGIONAL)
    return user.roles_in_region(item.region)


def roles_on_decision(user: Any, decision: Decision) -> frozenset[str]:
    """Those of its point; a decision not yet tied to a point is judged as a session's."""
    return roles_at(user, _item_of(decision))


def _item_of(row: Decision | Proposal) -> AgendaItem | None:
    """The point of a row, saved or not yet; None for a row made only to ask who may act."""
    known = row.item_id or type(row)._meta.get_field("item").is_cached(row)
    return row.item if known else None


def roles_on_reservation(user: Any, reservation: Reservation) -> frozenset[str]:
    """Those of the decision; a reviewer of the agency lifts the reservations of the national committee."""
    return roles_at(user, reservation.decision.item if reservation.decision_id else None)


def roles_on_proposal(user: Any, proposal: Proposal) -> frozenset[str]:
    """Those held for the region."""
    return roles_at(user, _item_of(proposal))


def forbids_on_proposal(user: Any, move: str, proposal: Proposal) -> str | None:
    """A second person confirms."""
    if move == ProposalMove.CONFIRM and user.is_person_of(proposal.proposed_by_id):
        return "Vous avez proposé cette décision : une autre personne de l’agence régionale la confirme."
    return None


registry.register(CommitteeSession, SESSIONS, roles_on=roles_on_session)
registry.register(Decision, DECISIONS, roles_on=roles_on_decision)
registry.register(Seat, SEATS, roles_on=roles_on_seat)
registry.register(Opinion, OPINIONS, roles_on=roles_on_item, forbids=forbids_on_item)
registry.register(Vote, VOTES, roles_on=roles_on_item, forbids=forbids_on_item)
registry.register(Reservation, RESERVATIONS, roles_on=roles_on_reservation)
registry.register(Proposal, PROPOSALS, roles_on=roles_on_proposal, forbids=forbids_on_proposal)
closings.register(Kind.MINUTES, closes_minutes)
closings.register(Kind.COMMITTEE_PACK, closes_pack)
