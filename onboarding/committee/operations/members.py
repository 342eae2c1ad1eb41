"""The members: who sits, who stands back and when it is known, what each thinks before the session."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from onboarding.candidacies.lifecycle import DECIDABLE
from onboarding.candidacies.operations import pieces
from onboarding.committee import effects
from onboarding.committee.ballot import Choice
from onboarding.committee.lifecycle import SessionMove, SessionState
from onboarding.committee.member_moves import OpinionMove, SeatMove, SeatState
from onboarding.committee.models import AgendaItem, CommitteeSession, Opinion, Recusal, Seat, Summons
from onboarding.committee.models.panel import Source
from onboarding.committee.organisations import Function
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_number, save
from portal.outbox.operations import enqueue
from portal.parties import operations as parties


def appoint(
    user: Any,
    *,
    organisation: str,
    function: str,
    region: str = "",
    substitutes: Seat | None = None,
    by: Any,
    at: datetime | None = None,
) -> Seat:
    """A person sits for an organisation, or as the substitute of somebody who does, with the same function."""
    seat = Seat(user=user, organisation=organisation, function=function, region=region, substitutes=substitutes)
    with moving(seat, SeatMove.APPOINT, by=by, at=at) as (current, event):
        if substitutes is not None:
            _refuse_substitute(substitutes)
            current.function, current.organisation = substitutes.function, substitutes.organisation
        if not user.is_agent:
            raise Refused("Donnez d’abord à cette personne un rôle de membre, de président ou de secrétaire.")
        current.reference, current.since = next_number("SI"), event.at
        event.note(member=user.full_name, title=current.title)
    return seat


def _refuse_substitute(titular: Seat) -> None:
    if titular.substitutes_id:
        raise Refused("Un suppléant n’a pas de suppléant : choisissez le titulaire.", field="substitutes")
    if titular.state != SeatState.SEATED:
        raise Refused("Le siège de ce titulaire est terminé.", field="substitutes")


def end_seat(seat: Seat, *, by: Any, at: datetime | None = None) -> None:
    """The person no longer sits; sessions already convened keep who was called."""
    with moving(seat, SeatMove.END, by=by, at=at) as (current, event):
        current.until = event.at
        event.note(member=current.user.full_name, title=current.title)


def declare_interests(
    session: CommitteeSession, interests: Mapping[str, str], *, by: Any, at: datetime | None = None
) -> int:
    """A member says, for every point at once, where he has an interest: reference of the candidacy -> reason.

    The dossiers of the other points open to him. Returns how many recusals he declared.
    """
    with moving(session, SessionMove.DECLARE, by=by, at=at) as (current, event):
        summons = _summons_of(current, by)
        if summons.declared_at is not None:
            raise Refused("Vos liens d’intérêt sont déjà déclarés ; vous pouvez encore vous déporter d’un point.")
        items = {item.candidacy.reference: item for item in _points(current)}
        for reference, reason in interests.items():
            stand_back(items[reference], by, source=Source.DECLARED, reason=reason, at=event.at)
        parties.reopen_readings(by, source=current.reference, at=event.at)
        _open_confidential([item for ref, item in items.items() if ref not in interests], by, at=event.at)
        summons.declared_at = event.at
        save(summons)
        event.note(recusals=_recusals(len(interests)))
    return len(interests)


def ask_pack(session: CommitteeSession, *, by: Any, at: datetime | None = None) -> None:
    """A person called to a session asks for the pack: printed in his name, as the dossiers stand, without his recusals.

    Refused before he declared his interests.
    """
    with moving(session, SessionMove.ASK_PACK, by=by, at=at) as (current, event):
        summons = _summons_of(current, by)
        if Function(summons.function).votes and summons.declared_at is None:
            raise Refused("Déclarez d’abord vos liens d’intérêt pour cette séance.")
        enqueue(effects.make_pack, event=event, session=current.reference, user_id=by.pk)


def recuse(item: AgendaItem, user: Any, *, reason: str, by: Any, at: datetime | None = None) -> None:
    """A member stands back from one more point, by himself or on the record of the secretary; before his vote."""
    assert item.session is not None  # nobody is called to a regional decision
    with moving(item.session, SessionMove.RECUSE, by=by, at=at) as (_, event):
        if by.pk != user.pk and "secretary" not in by.staff_roles:
            raise Refused("Chacun se déporte pour soi ; le secrétaire enregistre le déport d’un autre.")
        if item.votes.filter(user=user).exists():
            raise Refused("Cette personne a déjà voté sur ce point.")
        stand_back(item, user, source=Source.DECLARED, reason=reason, at=event.at)
        event.note(member=user.full_name, candidacy=item.candidacy.reference)


def stand_back(item: AgendaItem, user: Any, *, source: Source, reason: str, at: datetime) -> None:
    """Records a recusal and closes the applicant's dossiers to the person. Called inside a session's move."""
    if not reason.strip():
        raise Refused("Dites en quelques mots quel lien vous avez avec le demandeur.", field=item.candidacy.reference)
    if Recusal.objects.filter(item=item, user=user).exists():
        return
    save(Recusal(item=item, user=user, source=source, reason=reason.strip()[:500], recorded_at=at))
    parties.close_readings([user], [item.candidacy.service.owner_id], source=item.candidacy.reference, at=at)


def _open_confidential(items: Iterable[AgendaItem], user: Any, *, at: datetime) -> None:
    """What applicants keep confidential opens to a member while it is on his agenda (settled question 17)."""
    recused = set(Recusal.objects.filter(user=user).values_list("item_id", flat=True))
    for item in items:
        candidacy = item.candidacy
        kept = candidacy.confidential or candidacy.pieces.filter(is_confidential=True, removed_at=None).exists()
        if item.pk in recused or not kept or candidacy.state not in DECIDABLE:
            continue
        if not candidacy.readers.filter(user=user, until=None).exists():
            pieces.open_reading(candidacy, user, by=None, at=at)


def _points(session: CommitteeSession) -> list[AgendaItem]:
    return list(session.items.select_related("candidacy__service"))


def _summons_of(session: CommitteeSession, user: Any) -> Summons:
    return Summons.objects.select_for_update().get(session=session, user=user)


def _recusals(count: int) -> str:
    return f"{count} déport{'s' if count > 1 else ''}" if count else "aucun déport"


def give_opinion(item: AgendaItem, *, choice: str, text: str = "", by: Any, at: datetime | None = None) -> Opinion:
    """A member's opinion on a point before the session; given again, it replaces the former one."""
    given = Opinion.objects.filter(item=item, user=by).first()
    with transaction.atomic():
        opinion = given or Opinion(item=item, user=by)
        with moving(opinion, OpinionMove.CHANGE if given else OpinionMove.GIVE, by=by, at=at) as (current, event):
            session = _open_to_opinions(item)
            if item.recusals.filter(user=by).exists():  # again, under the lock
                raise Refused("Vous êtes déporté de ce point : vous n’en donnez pas d’avis.")
            if choice in (Choice.REFUSE, Choice.DEFER, Choice.ADMIT_WITH_RESERVATIONS) and not text.strip():
                raise Refused("Dites pourquoi en quelques mots.", field="text")
            current.choice, current.text, current.given_at = Choice(choice), text.strip(), event.at
            current.title = Summons.objects.get(session=session, user=by).title
            event.note(candidacy=item.candidacy.reference, session=session.reference)
    return opinion


def _open_to_opinions(item: AgendaItem) -> CommitteeSession:
    assert item.session_id is not None  # nobody is called to a regional decision
    session = CommitteeSession.objects.select_for_update().get(pk=item.session_id)
    in_writing = session.is_written and not session.has_votes and session.state == SessionState.SITTING
    if session.state != SessionState.CONVENED and not in_writing:
        raise Refused("Les avis se donnent entre la convocation et l’ouverture de la séance.")
    return session
