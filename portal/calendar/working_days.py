"""French working days (jours ouvrés): Monday to Friday, without the eleven legal holidays (labour code, L3133-1).

Local holidays (Alsace-Moselle, overseas) are left out: the agency sits in Paris, and its delays run there.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

_SATURDAY = 5
_DAY = timedelta(days=1)


@cache
def holidays_of(year: int) -> dict[date, str]:
    """The legal holidays of a year with their French names."""
    return dict(sorted(holidays.country_holidays("FR", years=year, language="fr").items()))


def is_working_day(day: date) -> bool:
    """Whether offices are open on that day."""
    return day.weekday() < _SATURDAY and day not in holidays_of(day.year)


@lru_cache(maxsize=4096)  # the same days come back: a page tells hundreds of delays
def add_working_days(start: date, count: int) -> date:
    """The `count`-th working day after `start` (before it when negative). The starting day itself never counts.

    Zero gives `start`, or the next working day when it is not one.
    """
    if count == 0:
        return start if is_working_day(start) else add_working_days(start, 1)
    day, step = start, _DAY if count > 0 else -_DAY
    for _ in range(abs(count)):
        day = _next(day, step)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days there are after `start`, up to and including `end`; negative when `end` comes first."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(day) for day in days_after(start, end))


def days_after(start: date, end: date) -> Iterator[date]:
    """Every day after `start`, up to and including `end`."""
    day = start
    while day < end:
        day += _DAY
        yield day


def _next(day: date, step: timedelta) -> date:
    day += step
    while not is_working_day(day):
        day += step
    return day
