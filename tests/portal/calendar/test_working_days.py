"""French working days, against a table copied by hand from the calendar and an Easter computed another way."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar import working_days

EASTER_SUNDAYS = [
    date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2029, 4, 1),
    date(2030, 4, 21), date(2031, 4, 13), date(2032, 3, 28), date(2033, 4, 17), date(2034, 4, 9), date(2035, 3, 25),
]  # fmt: skip
FIXED = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def gauss_easter(year: int) -> date:
    """Easter by Gauss's rule for 1900-2099 (no exception year falls in the table)."""
    d = (19 * (year % 19) + 24) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7
    return date(year, 3, 22) + timedelta(days=d + e)


def expected_holidays(easter: date) -> set[date]:
    movable = {easter + timedelta(days=after) for after in (1, 39, 50)}
    return movable | {date(easter.year, month, day) for month, day in FIXED}


@pytest.mark.parametrize("easter", EASTER_SUNDAYS, ids=lambda easter: str(easter.year))
def test_holidays_are_the_eleven_legal_ones_from_2024_to_2035(easter: date) -> None:
    assert easter == gauss_easter(easter.year)
    assert set(working_days.holidays_of(easter.year)) == expected_holidays(easter)


def test_holidays_have_french_names_and_come_in_order() -> None:
    names = working_days.holidays_of(2026)
    assert names[date(2026, 7, 14)] == "Fête nationale"
    assert list(names) == sorted(names)


@pytest.mark.parametrize("easter", EASTER_SUNDAYS, ids=lambda easter: str(easter.year))
def test_working_days_of_a_year_are_week_days_that_are_not_holidays(easter: date) -> None:
    first = date(easter.year, 1, 1)
    year = [first + timedelta(days=n) for n in range((date(easter.year + 1, 1, 1) - first).days)]
    expected = [day for day in year if day.isoweekday() <= 5 and day not in expected_holidays(easter)]
    assert [day for day in year if working_days.is_working_day(day)] == expected


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 11, 20), 5, date(2026, 11, 27)),  # a Friday: a whole week
        (date(2026, 5, 7), 1, date(2026, 5, 11)),  # 8 May, then a week-end
        (date(2026, 12, 24), 5, date(2027, 1, 4)),  # Christmas, New Year and two week-ends
        (date(2025, 4, 30), 5, date(2025, 5, 9)),  # 1 and 8 May 2025
        (date(2026, 11, 21), 5, date(2026, 11, 27)),  # received on a Saturday
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 11, 27), -5, date(2026, 11, 20)),
    ],
)
def test_add_working_days_in_known_cases(start: date, count: int, expected: date) -> None:
    assert working_days.add_working_days(start, count) == expected


@given(days, st.integers(1, 60))
def test_add_working_days_lands_on_a_working_day_and_counts_back(start: date, count: int) -> None:
    due = working_days.add_working_days(start, count)
    assert working_days.is_working_day(due)
    assert working_days.working_days_between(start, due) == count
    assert working_days.add_working_days(due + timedelta(days=1), -1) == due


@given(days, days)
def test_working_days_between_is_antisymmetric(start: date, end: date) -> None:
    assert working_days.working_days_between(start, end) == -working_days.working_days_between(end, start)
