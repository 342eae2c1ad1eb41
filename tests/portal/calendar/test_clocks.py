"""Clocks that stand still on the other side's turn. November 2026: the 16th is a Monday."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar.clocks import Clock, Pause


def noon(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


CLOCK = Clock(noon(16), allowance=5)


def test_due_date_is_the_fifth_working_day_without_pause() -> None:
    assert CLOCK.due_date(noon(16)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        (17, 17, 23),  # within a day: nothing is lost
        (17, 18, 24),  # one midnight
        (17, 20, 26),
        (20, 23, 24),  # over a week-end: only Monday is lost
    ],
)
def test_due_date_moves_by_the_working_days_spent_paused(paused: int, resumed: int, due: int) -> None:
    clock = CLOCK.paused(noon(paused)).resumed(noon(resumed) + timedelta(hours=1))
    assert clock.due_date(noon(resumed) + timedelta(hours=2)) == date(2026, 11, due)


def test_due_date_is_unknown_while_paused() -> None:
    clock = CLOCK.paused(noon(17))
    assert clock.due_date(noon(30)) is None
    assert not clock.is_overdue(noon(30))
    assert clock.remaining(noon(30)) == clock.remaining(noon(17)) == 4


def test_due_date_ignores_a_pause_that_comes_later() -> None:
    assert CLOCK.paused(noon(18)).due_date(noon(17)) == date(2026, 11, 23)


def test_overdue_starts_after_the_last_second_of_the_due_day_in_paris() -> None:
    assert not CLOCK.is_overdue(datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC))
    assert CLOCK.is_overdue(datetime(2026, 11, 23, 23, 0, 0, tzinfo=UTC))


@pytest.mark.parametrize(("day", "left"), [(16, 5), (17, 4), (20, 1), (22, 1), (23, 0), (25, -2)])
def test_remaining_counts_down_and_goes_negative_when_late(day: int, left: int) -> None:
    assert CLOCK.remaining(noon(day)) == left


def test_pausing_twice_or_resuming_a_running_clock_changes_nothing() -> None:
    paused = CLOCK.paused(noon(17))
    assert paused.paused(noon(18)) == paused
    assert CLOCK.resumed(noon(18)) == CLOCK


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=6))
def test_pauses_never_bring_the_due_date_forward(spans: list[tuple[int, int]]) -> None:
    start = noon(1, month=9)
    pauses = tuple(Pause(start + timedelta(days=a), start + timedelta(days=a + b)) for a, b in spans)
    now = start + timedelta(days=60)
    due, unpaused = Clock(start, 5, pauses).due_date(now), Clock(start, 5).due_date(now)
    assert due is not None
    assert unpaused is not None
    assert due >= unpaused
