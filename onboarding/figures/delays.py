"""How long each stage of a dossier really took: medians and eightieth percentiles, in working days.

A delay counts from the day of the act that opens a stage to the day of the one that closes it, less the days during
which the vendor had the turn (settled question 21). A stage that is not over is not measured.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.calendar.ruler import Ruler
from portal.lifecycle.table import LabelledEnum

FEWEST = 5  # below, a figure would say more about one vendor than about the agency: never published


class Stage(LabelledEnum):
    """What is measured, in the order of the path."""

    TAKE = "prise-en-charge", "Du dépôt à la prise en charge"
    REVIEW = "instruction", "De la prise en charge à la complétude"
    COMMITTEE = "comite", "De la complétude à la décision"
    LETTER = "courrier", "De la décision à l’envoi du courrier"
    TESTS = "tests", "De la fin déclarée des tests à la réponse"
    OPENING = "ouverture", "De la décision à l’ouverture en production"
    WHOLE = "ensemble", "Du premier dépôt à la décision"


@dataclass(frozen=True, slots=True)
class Span:
    """One stage of one dossier, with the spans of days when the vendor had the turn."""

    stage: Stage
    started_on: date
    ended_on: date
    paused: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured of a stage: how many dossiers, and the working days that half and four in five took at most."""

    stage: Stage
    count: int
    p50: int | None
    p80: int | None

    @property
    def is_publishable(self) -> bool:
        """Whether enough dossiers were measured for the figure to point at none of them."""
        return self.count >= FEWEST


@dataclass(frozen=True, slots=True)
class Month:
    """The measures of the spans that ended in one month; `first` is its first day."""

    first: date
    measures: Mapping[Stage, Measure]


def percentile(sorted_values: Sequence[int], percent: int) -> int | None:
    """The smallest value that at least `percent` in a hundred do not exceed (nearest rank); None of nothing."""
    if not sorted_values:
        return None
    rank = -(-len(sorted_values) * percent // 100)
    return sorted_values[max(rank, 1) - 1]


def length(span: Span, ruler: Ruler) -> int:
    """The working days of a span less those of the pauses inside it; never negative."""
    paused = sum(
        ruler.between(max(start, span.started_on), min(end, span.ended_on))
        for start, end in span.paused
        if start < span.ended_on and end > span.started_on
    )
    return max(ruler.between(span.started_on, span.ended_on) - paused, 0)


def measures(spans: Iterable[Span], ruler: Ruler) -> dict[Stage, Measure]:
    """Every stage measured over these spans, in order, those without any included."""
    values: dict[Stage, list[int]] = {stage: [] for stage in Stage}
    for span in spans:
        values[span.stage].append(length(span, ruler))
    return {stage: _measure(stage, sorted(found)) for stage, found in values.items()}


def _measure(stage: Stage, found: list[int]) -> Measure:
    return Measure(stage, len(found), percentile(found, 50), percentile(found, 80))


def by_month(spans: Iterable[Span], ruler: Ruler, *, today: date, months: int) -> list[Month]:
    """The measures of each of the last `months` months by the day their spans ended, the present one last."""
    firsts = [month_before(today, offset) for offset in range(months - 1, -1, -1)]
    ended: dict[date, list[Span]] = {first: [] for first in firsts}
    for span in spans:
        if (first := span.ended_on.replace(day=1)) in ended:
            ended[first].append(span)
    return [Month(first, measures(found, ruler)) for first, found in ended.items()]


def month_before(day: date, count: int) -> date:
    """The first day of the month `count` months before that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, 1)
