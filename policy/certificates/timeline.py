"""The expiries of the coming twelve months, as columns that a page draws and a table repeats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.web import wording

MONTHS = 12
SHORT = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
WIDTH, HEIGHT = 720, 220
_TOP, _BOTTOM, _LEFT = 24, 36, 8
_COLUMN = (WIDTH - 2 * _LEFT) / MONTHS
_BAR = round(_COLUMN * 0.6, 1)


@dataclass(frozen=True)
class Column:
    """A month: how many certificates end in it, with or without a successor, and where it is drawn (SVG units)."""

    label: str
    short: str
    prepared: int
    unprepared: int
    x: float
    middle: float
    prepared_y: float
    prepared_height: float
    unprepared_y: float
    unprepared_height: float

    @property
    def count(self) -> int:
        """All of the month."""
        return self.prepared + self.unprepared

    @property
    def bar(self) -> float:
        """How wide the column is drawn."""
        return _BAR

    @property
    def count_y(self) -> float:
        """Where the figure is written: above the column."""
        return round(self.unprepared_y - 6, 1)


def columns(today: date, expiries: Iterable[tuple[date, bool]]) -> list[Column]:
    """Twelve months from the present one. `expiries` are (day, has a successor); others are left out."""
    tally = {_month(today, offset): [0, 0] for offset in range(MONTHS)}
    for day, is_prepared in expiries:
        if (day.year, day.month) in tally:
            tally[day.year, day.month][0 if is_prepared else 1] += 1
    highest = max((sum(pair) for pair in tally.values()), default=0)
    unit = (HEIGHT - _TOP - _BOTTOM) / max(highest, 1)
    return [_column(index, month, pair[0], pair[1], unit) for index, (month, pair) in enumerate(tally.items())]


def _month(today: date, offset: int) -> tuple[int, int]:
    years, month = divmod(today.month - 1 + offset, 12)
    return today.year + years, month + 1


def _column(index: int, month: tuple[int, int], prepared: int, unprepared: int, unit: float) -> Column:
    name, base = wording.MONTHS[month[1] - 1], HEIGHT - _BOTTOM
    middle = _LEFT + (index + 0.5) * _COLUMN
    low, high = round(prepared * unit, 1), round(unprepared * unit, 1)
    return Column(
        label=f"{name} {month[0]}",
        short=SHORT[month[1] - 1],
        prepared=prepared,
        unprepared=unprepared,
        x=round(middle - _BAR / 2, 1),
        middle=round(middle, 1),
        prepared_y=round(base - low, 1),
        prepared_height=low,
        unprepared_y=round(base - low - high, 1),
        unprepared_height=high,
    )
