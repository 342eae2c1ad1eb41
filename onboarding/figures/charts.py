"""Pictures drawn by the server from the very numbers of the table beside them: bars in a row, lines over months.

Coordinates are SVG units; a series has a rank, which the style sheet gives a colour and a pattern of dashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, ROW, LABEL = 720, 28, 210
LINES_HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 220, 16, 36, 36, 24
_BAR = WIDTH - LABEL - 48


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar."""

    rank: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label and its total, at its height."""

    label: str
    y: int
    middle: int
    total: int
    end: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars under each other."""

    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    width: int
    height: int
    kind: str = "bars"


def bars(series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> Bars:
    """One bar for each row, cut into the values of the series."""
    highest = max((sum(values) for _, values in rows), default=0)
    unit = _BAR / max(highest, 1)
    made = tuple(_bar(index, label, values, unit) for index, (label, values) in enumerate(rows))
    return Bars(tuple(series), made, WIDTH, max(len(rows), 1) * ROW + 4)


def _bar(index: int, label: str, values: Sequence[int], unit: float) -> Bar:
    segments, x = [], float(LABEL)
    for rank, value in enumerate(values):
        width = round(value * unit, 1)
        if value:
            segments.append(Segment(rank, round(x, 1), width))
        x += width
    return Bar(label, index * ROW + 4, index * ROW + 20, sum(values), round(x + 6, 1), tuple(segments))


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a chart of lines: its points as SVG wants them, the dots to mark."""

    rank: int
    points: str
    dots: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over the same abscissas; `marks` are the values written on the left, with their heights."""

    series: tuple[str, ...]
    lines: tuple[Line, ...]
    labels: tuple[tuple[float, str], ...]
    marks: tuple[tuple[float, int], ...]
    width: int
    height: int
    kind: str = "lines"


def lines(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int | None]]]) -> Lines:
    """A line for each series; a month without value breaks nothing, it only has no dot."""
    highest = max((value for _, values in series for value in values if value is not None), default=0) or 1
    highest += highest % 2 if highest > 1 else 0  # so that the mark halfway says what its height is
    step = (WIDTH - LEFT - RIGHT) / max(len(labels) - 1, 1)
    across = [round(LEFT + index * step, 1) for index in range(len(labels))]
    base = LINES_HEIGHT - BOTTOM
    unit = (base - TOP) / highest
    drawn = []
    for rank, (_, values) in enumerate(series):
        dots = tuple(
            (x, round(base - value * unit, 1), value)
            for x, value in zip(across, values, strict=True)
            if value is not None
        )
        drawn.append(Line(rank, " ".join(f"{x},{y}" for x, y, _ in dots), dots))
    marks = tuple((round(base - value * unit, 1), value) for value in sorted({0, highest // 2, highest}))
    names = tuple(name for name, _ in series)
    return Lines(names, tuple(drawn), tuple(zip(across, labels, strict=True)), marks, WIDTH, LINES_HEIGHT)
