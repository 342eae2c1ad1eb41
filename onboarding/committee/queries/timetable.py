"""What the pages of a session are made of: dates to propose, what each person may see or do, what is still to lift."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from onboarding.candidacies.models import Candidacy
from onboarding.committee.lifecycle import UNDER_WAY, ReservationMove, SessionState
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Reservation
from onboarding.committee.queries import agenda, panel
from portal.calendar.deadlines import paris_date
from portal.calendar.working_days import add_working_days, is_working_day
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.lifecycle import registry
from portal.parameters import queries as parameters

WEEK = timedelta(days=7)


def next_dates(*, at: datetime) -> dict[str, date]:
    """The day and the cut-off to propose for the next session: one period after the last one planned."""
    last = CommitteeSession.objects.order_by("-held_on").values_list("held_on", flat=True).first()
    months, today = parameters.integer("committee.period_months", at=at), paris_date(at)
    held_on = _after(last or today, months)
    held_on = max(held_on, add_working_days(today, 1))
    return {"held_on": held_on, "cut_off": held_on - timedelta(parameters.integer("committee.cut_off_days", at=at))}


def _after(day: date, months: int) -> date:
    """The same weekday, about so many months later, put off while it is not a working day."""
    weeks = round(months * 365.25 / 12 / 7)
    found = day + weeks * WEEK
    return found if is_working_day(found) else add_working_days(found, 1)


def with_seen(items: Sequence[AgendaItem], user: Any, session: CommitteeSession) -> list[AgendaItem]:
    """The points, each with `is_open` (its dossier may be read by this person) and `recusal` (his own, if any)."""
    readable = set(Candidacy.objects.visible_to(user).filter(agenda_items__in=items).values_list("pk", flat=True))
    mine = panel.recusals_of(session, user)
    for item in items:
        item.is_open = item.candidacy_id in readable  # type: ignore[attr-defined]
        item.recusal = mine.get(item.pk)  # type: ignore[attr-defined]
    return list(items)


def takes_decisions(session: CommitteeSession) -> bool:
    """Whether decisions are recorded now: once it sits, or at any time where nothing is voted nor counted."""
    if session.has_votes or session.quorum:
        return session.state == SessionState.SITTING
    return session.state in UNDER_WAY


def open_agendas(session: CommitteeSession | None) -> list[CommitteeSession]:
    """The sessions that a deferral may name: those whose agenda is still open, this one left out."""
    found = CommitteeSession.objects.planned()
    return list(found.exclude(pk=session.pk) if session else found)


def admissible_together(session: CommitteeSession, user: Any) -> list[AgendaItem]:
    """The undecided points that this person may read, in the order of the agenda."""
    waiting = [item for item in agenda(session) if item.in_force is None]  # type: ignore[attr-defined]
    return [item for item in with_seen(waiting, user, session) if item.is_open]  # type: ignore[attr-defined]


def pack_of(session: CommitteeSession, user: Any) -> StoredDocument | None:
    """The person's own pack, the latest, once it is printed, unless an applicant was closed to him since."""
    found = StoredDocument.objects.visible_to(user).filter(
        kind=Kind.COMMITTEE_PACK, subject_reference=session.reference, reader_id=user.pk
    )
    return found.order_by("-issued_at").first()


def reservations_of(decision: Decision, user: Any) -> list[Reservation]:
    """The reservations of a decision, each with `may_lift`."""
    rows = list(decision.followed.select_related("decision__item__session", "lifted_by"))
    for row in rows:
        row.may_lift = ReservationMove.LIFT in registry.moves_open_to(user, row)  # type: ignore[attr-defined]
    return rows


def reservations_to_lift(user: Any) -> list[Reservation]:
    """The reservations still open, told to their holders, the nearest deadline first."""
    rows = Reservation.objects.visible_to(user).open().select_related("decision__item__candidacy__service__owner")
    return list(rows.filter(decision__in=Decision.objects.told())[:50])


def reservations_due(at: datetime) -> list[Reservation]:
    """Those whose reminder is due: the deadline comes within the days of the settings."""
    limit = paris_date(at) + timedelta(parameters.integer("committee.reservation_days", at=at))
    rows = Reservation.objects.open().filter(reminded_at=None, due_on__lte=limit)
    return list(rows.filter(decision__in=Decision.objects.told()))


def opinions_to_remind(at: datetime) -> list[CommitteeSession]:
    """The convened sessions whose opinions are due within two days, and that the clock has not reminded yet."""
    limit = add_working_days(paris_date(at), 2)
    return list(CommitteeSession.objects.filter(state=SessionState.CONVENED, reminded_at=None, opinions_due__lte=limit))
