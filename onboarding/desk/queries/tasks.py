"""The agency's task lists, all read in one query: what waits, how many, since when, for whom."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, DateTimeField, F, IntegerField, Q, Value, Window
from django.db.models.functions import Cast, RowNumber

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.committee import queries as committee
from onboarding.committee.models import CommitteeSession
from onboarding.desk import lanes
from onboarding.desk.lanes import SHOWN, Task, TaskList
from onboarding.desk.queries import clocks
from onboarding.desk.queries.waiting import Knowledge, Lane
from onboarding.desk.queries.work import LANES
from policy.certificates.environments import Environment
from portal.parameters import queries as parameters
from portal.web import wording


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the one query: the rank of its lane, its own in it, how many the lane has, and what is told."""

    lane: int
    rank: int
    total: int
    reference: str
    first: str
    second: str
    at: datetime | None


def task_lists(user: Any, *, now: datetime) -> list[TaskList]:
    """Every list of the agency as this person sees it, in the order of the path; a constant number of queries."""
    known = _knowledge(user, now)
    rows = _read(LANES, user, known)
    return [_told(lane, [row for row in rows if row.lane == rank], known) for rank, lane in enumerate(LANES)]


def _knowledge(user: Any, now: datetime) -> Knowledge:
    days = parameters.value("certificates.notice_days", at=now)
    standing = clocks.standing(now=now, also=_first(user))
    late = clocks.overdue({key: delays for key, (_, delays) in standing.items()})
    return Knowledge(now, max(days) if isinstance(days, list) else 90, late, dict(standing.values()))


def _first(user: Any) -> Q:
    """The requests that the lists « to take » and « mine » show first."""
    order = (F("submitted_at").asc(nulls_last=True), "pk")
    to_take = Candidacy.objects.visible_to(user).to_take().order_by(*order).values("pk")[:SHOWN]
    reviewed = Candidacy.objects.visible_to(user).filter(state=State.UNDER_REVIEW, reviewer=user.pk)
    mine = reviewed.order_by(*order).values("pk")[:SHOWN]
    return Q(pk__in=to_take) | Q(pk__in=mine)


def _read(found: Sequence[Lane], user: Any, known: Knowledge) -> list[Row]:
    """The first rows of every lane with the count of each: one statement, whatever the number of lanes."""
    parts = [_part(rank, lane, user, known) for rank, lane in enumerate(found)]
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return sorted((Row(*row) for row in rows), key=lambda row: (row.lane, row.rank))


def whole(user: Any, slug: str, *, now: datetime) -> tuple[Lane, Any, Callable[[Any], Task]] | None:
    """A whole list by its word in addresses: the lane, its rows as a queryset, what tells one; None when unknown."""
    lane = next((one for one in LANES if one.slug == slug), None)
    if lane is None:
        return None
    known = _knowledge(user, now)
    rows = _told_rows(0, lane, user, known).order_by("t_rank").values_list(*_TOLD)
    return lane, rows, lambda row: _task(lane, Row(*row), known)


_TOLD = ("t_lane", "t_rank", "t_total", "t_reference", "t_first", "t_second", "t_at")


def _part(rank: int, lane: Lane, user: Any, known: Knowledge) -> Any:
    return _told_rows(rank, lane, user, known).filter(t_rank__lte=SHOWN).values_list(*_TOLD)


def _told_rows(rank: int, lane: Lane, user: Any, known: Knowledge) -> Any:
    order = [F(name).asc(nulls_last=True) for name in (*(lane.order or (lane.at,)), "pk")]
    words = [*lane.words, *([""] * (2 - len(lane.words)))]
    return (
        lane.rows(user, known)
        .order_by()
        .annotate(
            t_lane=Value(rank, IntegerField()),
            t_rank=Window(RowNumber(), order_by=order),
            t_total=Window(Count("pk")),
            t_reference=Cast(F(lane.reference), CharField()),
            t_first=_text(words[0]),
            t_second=_text(words[1]),
            t_at=Cast(F(lane.at), DateTimeField()),
        )
    )


def _text(name: str) -> Any:
    return Cast(F(name), CharField()) if name else Value("", CharField())


def _told(lane: Lane, rows: Sequence[Row], known: Knowledge) -> TaskList:
    tasks = tuple(_task(lane, row, known) for row in rows)
    return TaskList(
        lane.title,
        rows[0].total if rows else 0,
        tasks,
        lane.url_name,
        lane.query,
        lane.roles,
        lane.slug,
        nearest=tasks[0].when if tasks else "",
        is_late=any(task.is_late for task in tasks),
    )


def _task(lane: Lane, row: Row, known: Knowledge) -> Task:
    words = ", ".join(_word(word) for word in (row.first, row.second) if word)
    delays = known.delays.get(row.reference) if lane.at == "submitted_at" else None
    if delays and delays.due and not delays.is_paused:
        when = f"à rendre avant le {wording.short_day(delays.due)}"
        return Task(row.reference, words, lane.page, when, delays.is_late)
    late = lane.telling.is_late(row.at, known.now)
    return Task(row.reference, words, lane.page, lane.telling.words(row.at), late)


def _word(text: str) -> str:
    """An environment by its name; anything else as it is."""
    return Environment(text).label.lower() if text in set(Environment) else text


@dataclass(frozen=True, slots=True)
class NextSession:
    """The next session, with its points and those left to decide."""

    session: CommitteeSession
    points: int
    undecided: int


def next_session(user: Any, *, now: datetime) -> NextSession | None:
    """The meeting whose turn it is: the nearest one still open, even if its day is past."""
    session = committee.calendar(user).under_way().meetings().first()
    if session is None:
        return None
    points, decided = session.points, session.decided  # type: ignore[attr-defined]
    return NextSession(session, points, points - decided)


def of_roles(lists: Iterable[TaskList], roles: frozenset[str]) -> tuple[list[TaskList], list[TaskList]]:
    """The lists of these roles, and the others."""
    return lanes.of_roles(lists, roles)


__all__ = ["Knowledge", "Lane", "NextSession", "next_session", "of_roles", "task_lists"]
