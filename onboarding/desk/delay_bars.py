"""The published delays as bars: for each stage, how far half and four in five dossiers went."""

from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.figures.delays import Measure

WIDTH, ROW, THICK = 420, 44, 14  # wide enough for the labels, small enough to be read on a telephone


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage: its figures in working days, and where its two bars lie in the picture."""

    measure: Measure
    y: int
    p50_width: int
    p80_width: int


def bars(measures: Sequence[Measure]) -> list[Bar]:
    """The bars, on one scale: the longest takes the whole width; none is thinner than two units."""
    longest = max((measure.p80 or 0 for measure in measures), default=0) or 1
    return [
        Bar(measure, rank * ROW, _width(measure.p50, longest), _width(measure.p80, longest))
        for rank, measure in enumerate(measures)
    ]


def _width(days: int | None, longest: int) -> int:
    return max(2, round((days or 0) * WIDTH / longest))
