"""Delays: working days, the vendor's turn left out, percentiles, months."""

from datetime import date

import pytest

from onboarding.figures import delays, request_life
from onboarding.figures.delays import Span, Stage
from onboarding.figures.request_life import COMPLETE, DECIDE, RETURN, SUBMIT, TAKE, Act
from portal.calendar import working_days
from portal.calendar.ruler import Ruler

RULER = Ruler(date(2026, 1, 1), date(2026, 12, 31))


def on(day: int, month: int = 3) -> date:
    return date(2026, month, day)


@pytest.mark.parametrize(
    ("start", "end"), [(on(2), on(2)), (on(2), on(10)), (on(3, 4), on(7, 4)), (on(1, 5), on(1, 6))]
)
def test_ruler_counts_as_the_calendar_does(start: date, end: date) -> None:
    assert RULER.between(start, end) == working_days.working_days_between(start, end)


def test_ruler_refuses_a_day_before_its_span() -> None:
    with pytest.raises(IndexError):
        RULER.between(date(2025, 12, 31), on(1))


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, None), ([4], 80, 4), ([1, 2, 3, 4], 50, 2), ([1, 2, 3, 4, 5], 80, 4), ([1, 2, 3, 4, 5, 6], 80, 5)],
)
def test_percentile_is_the_nearest_rank(values, percent, expected) -> None:
    assert delays.percentile(values, percent) == expected


LENGTHS = [
    ("no pause", (), 8),
    ("a pause inside", ((on(4), on(6)),), 6),
    ("a pause that overflows both ends", ((on(1), on(31)),), 0),
    ("a pause outside", ((on(20), on(25)),), 8),
]


@pytest.mark.parametrize(("case", "paused", "expected"), LENGTHS, ids=[case for case, *_ in LENGTHS])
def test_length_leaves_the_vendor_s_turn_out(case, paused, expected) -> None:
    assert delays.length(Span(Stage.REVIEW, on(2), on(12), paused), RULER) == expected


def test_a_returned_request_is_told_stage_by_stage() -> None:
    acts = [
        Act(SUBMIT, on(2)),
        Act(TAKE, on(4)),
        Act(RETURN, on(5)),
        Act(SUBMIT, on(16)),
        Act(TAKE, on(17)),
        Act(COMPLETE, on(19)),
        Act(DECIDE, on(31)),
    ]
    turn = ((on(5), on(16)),)
    assert request_life.spans(acts) == [
        Span(Stage.TAKE, on(2), on(4)),
        Span(Stage.TAKE, on(16), on(17)),
        Span(Stage.REVIEW, on(4), on(19), turn),
        Span(Stage.COMMITTEE, on(19), on(31)),
        Span(Stage.WHOLE, on(2), on(31), turn),
    ]


def test_what_is_not_over_is_not_measured() -> None:
    assert request_life.spans([Act(SUBMIT, on(2))]) == []
    assert request_life.spans([Act(SUBMIT, on(2)), Act(TAKE, on(3)), Act(RETURN, on(4))]) == [
        Span(Stage.TAKE, on(2), on(3))
    ]


def test_months_hold_the_spans_that_ended_in_them() -> None:
    spans = [Span(Stage.TAKE, on(2), on(4)), Span(Stage.TAKE, on(2), on(7, 4)), Span(Stage.TAKE, on(2, 1), on(5, 1))]
    months = delays.by_month(spans, RULER, today=on(20, 4), months=2)
    assert [(month.first, month.measures[Stage.TAKE].count) for month in months] == [(on(1), 1), (on(1, 4), 1)]
    assert months[0].measures[Stage.TAKE].p50 == 2
    assert months[0].measures[Stage.WHOLE].p50 is None


def test_a_figure_of_few_dossiers_is_not_published() -> None:
    few = delays.measures([Span(Stage.TAKE, on(2), on(4))] * 4, RULER)[Stage.TAKE]
    enough = delays.measures([Span(Stage.TAKE, on(2), on(4))] * 5, RULER)[Stage.TAKE]
    assert (few.is_publishable, enough.is_publishable) == (False, True)


@pytest.mark.parametrize(("count", "expected"), [(0, on(1)), (2, on(1, 1)), (3, date(2025, 12, 1))])
def test_month_before(count, expected) -> None:
    assert delays.month_before(on(20), count) == expected
