"""The figures as tables: what each one counts, in words and in numbers, with the picture drawn from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.figures import charts
from onboarding.figures.charts import Bars, Lines
from portal.web import wording

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its key in addresses, its title, what it counts, its table and its picture."""

    key: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    picture: Bars | Lines | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to count yet."""
        return not self.rows


def stacked(
    key: str, title: str, note: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]
) -> Figure:
    """A figure whose rows are cut into the values of its columns (the first column names the row), with their total."""
    told: tuple[tuple[Cell, ...], ...] = tuple((label, *values, sum(values)) for label, values in rows)
    picture = charts.bars(columns[1:], rows) if rows else None
    return Figure(key, title, note, (*columns, "Total"), told, picture)


def counted(key: str, title: str, note: str, column: str, rows: Sequence[tuple[str, int]]) -> Figure:
    """A figure that counts one thing by row."""
    picture = charts.bars(["Nombre"], [(label, [count]) for label, count in rows]) if rows else None
    return Figure(key, title, note, (column, "Nombre"), tuple(rows), picture)


def curves(
    key: str,
    title: str,
    note: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[int | None]]],
    counts: Sequence[int],
) -> Figure:
    """A figure over months: a row for each, with what each series says and how many were counted."""
    if not any(counts):
        return Figure(key, title, note, ("Mois", *(name for name, _ in series), "Dossiers"), ())
    rows = tuple((label, *(values[index] for _, values in series), counts[index]) for index, label in enumerate(labels))
    columns = ("Mois", *(name for name, _ in series), "Dossiers")
    months = [wording.short_month(label) for label in labels]
    return Figure(key, title, note, columns, rows, charts.lines(months, series))
