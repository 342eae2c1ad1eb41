"""The agency's task lists, all read in one query: what waits, how many, since when, for whom."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, DateTimeField, F, IntegerField, QuerySet, Subquery, Value, Window
from django.db.models.functions import Cast, RowNumber

from onboarding.committee import queries as committee
from onboarding.committee.models import CommitteeSession
from onboarding.desk import lanes
from onboarding.desk.lanes import SHOWN, Task, TaskList
from onboarding.desk.queries import clocks
from onboarding.desk.queries.waiting import GIVEN, Knowledge, Lane
from onboarding.desk.queries.work import LANES
from policy.certificates.environments import Environment
from portal.accounts.queries import reader
from portal.parameters import queries as parameters
from portal.statements.queries import statement
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
    rows = _read(user, known)
    return [_told(lane, rows[rank], known) for rank, lane in enumerate(LANES)]


def _knowledge(user: Any, now: datetime) -> Knowledge:
    days = parameters.value("certificates.notice_days", at=now)
    standing = clocks.standing(now=now, first_of=user)
    late = clocks.overdue({key: delays for key, (_, delays) in standing.items()})
    horizon = now + timedelta(days=max(days) if isinstance(days, list) else 90)
    return Knowledge(now, now.date(), horizon, list(late), dict(standing.values()))


def _read(user: Any, known: Knowledge) -> dict[int, list[Row]]:
    """The first rows of every lane by its rank, with the count of each: one statement, whatever the number of lanes."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(_every(reader(user)).rows(reader=user.pk, own_accounts=user.own_accounts, **known.given)):
        found[row[0]].append(Row(*row))
    return found


@statement
def _every(user: Any) -> "QuerySet[Any, tuple[Any, ...]]":
    parts = [_part(rank, lane, user, GIVEN) for rank, lane in enumerate(LANES)]
    union: QuerySet[Any, tuple[Any, ...]] = parts[0].union(*parts[1:], all=True)
    return union


def whole(user: Any, slug: str, *, now: datetime) -> tuple[Lane, Any, Callable[[Any], Task]] | None:
    """A whole list by its word in addresses: the lane, its rows as a queryset, what tells one; None when unknown."""
    lane = next((one for one in LANES if one.slug == slug), None)
    if lane is None:
        return None
    known = _knowledge(user, now)
    found = _told_rows(0, lane, lane.rows(user, known).order_by(), Value(0))
    rows = found.order_by("t_rank").values_list(*_TOLD)
    return lane, rows, lambda row: _task(lane, Row(*row), known)


_TOLD = ("t_lane", "t_rank", "t_total", "t_reference", "t_first", "t_second", "t_at")


def _part(rank: int, lane: Lane, user: Any, known: Knowledge) -> Any:
    """The first rows of a lane, found by themselves, and the number of all: what is told is read of those few only."""
    rows = lane.rows(user, known).order_by()
    first = rows.order_by(*_order(lane)).values("pk")[:SHOWN]
    every = rows.annotate(t_every=Value(1)).values("t_every").annotate(t_number=Count("pk")).values("t_number")
    return _told_rows(rank, lane, rows.filter(pk__in=first), Subquery(every)).values_list(*_TOLD)


def _told_rows(rank: int, lane: Lane, rows: Any, total: Any) -> Any:
    words = [*lane.words, *([""] * (2 - len(lane.words)))]
    return rows.annotate(
        t_lane=Value(rank, IntegerField()),
        t_rank=Window(RowNumber(), order_by=_order(lane)),
        t_total=total,
        t_reference=Cast(F(lane.reference), CharField()),
        t_first=_text(words[0]),
        t_second=_text(words[1]),
        t_at=Cast(F(lane.at), DateTimeField()),
    )


def _order(lane: Lane) -> list[Any]:
    return [F(name).asc(nulls_last=True) for name in (lane.at, "pk")]


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
