"""Deadlines in Paris: last second of the day, summer and winter."""

from datetime import UTC, date, datetime

import pytest

from portal.calendar import deadlines


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_paris_date_follows_winter_and_summer_time(at: datetime, expected: date) -> None:
    assert deadlines.paris_date(at) == expected


def test_paris_date_refuses_a_naive_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        deadlines.paris_date(datetime(2026, 11, 20))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 15), datetime(2026, 1, 14, 23, tzinfo=UTC), datetime(2026, 1, 15, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 7, 15), datetime(2026, 7, 14, 22, tzinfo=UTC), datetime(2026, 7, 15, 21, 59, 59, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_day_bounds_follow_the_clock_changes(day: date, first: datetime, last: datetime) -> None:
    assert (deadlines.start_of_day(day), deadlines.end_of_day(day)) == (first, last)


def test_due_counts_from_the_day_in_paris() -> None:
    late_thursday = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)  # already Friday in Paris
    assert deadlines.due_date(late_thursday, 5) == date(2026, 11, 27)
    assert deadlines.due_at(late_thursday, 5) == datetime(2026, 11, 27, 22, 59, 59, tzinfo=UTC)
