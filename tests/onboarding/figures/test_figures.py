"""Figures: pictures drawn from the numbers of their tables, the page, its exports, the forecast."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from onboarding.candidacies import operations as candidacies
from onboarding.figures import charts, tables
from onboarding.figures.forecast import Forecast
from onboarding.figures.queries import figures
from portal.accounts.roles import StaffRole
from tests.factories.accounts import entered
from tests.factories.candidacies import CandidacyFactory, answer_grid, representative, reviewer
from tests.factories.committee import DecisionFactory, SessionFactory
from tests.factories.desk import walked
from tests.factories.grants import agent
from tests.factories.parties import NOW


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = charts.bars(["a", "b"], [("un", [1, 3]), ("deux", [2, 0]), ("rien", [0, 0])])
    one, two, nothing = drawn.bars
    assert one.segments[1].width == pytest.approx(3 * one.segments[0].width, abs=0.2)
    assert one.segments[1].x == pytest.approx(one.segments[0].x + one.segments[0].width, abs=0.2)
    assert [segment.rank for segment in two.segments] == [0]
    assert (nothing.segments, nothing.total) == ((), 0)
    assert one.segments[1].x + one.segments[1].width <= charts.WIDTH


def test_lines_skip_the_months_without_a_value() -> None:
    drawn = charts.lines(["janv", "févr", "mars"], [("Médiane", [4, None, 8]), ("Vide", [None, None, None])])
    first, empty = drawn.lines
    assert [value for *_, value in first.dots] == [4, 8]
    assert first.dots[1][1] < first.dots[0][1], "a longer delay stands higher"
    assert empty.points == ""
    assert [value for _, value in drawn.marks] == [0, 4, 8]


def test_a_table_ends_with_its_totals() -> None:
    made = tables.stacked("k", "T", "n", ("Quoi", "a", "b"), [("x", [1, 2])])
    assert made.columns == ("Quoi", "a", "b", "Total")
    assert made.rows == (("x", 1, 2, 3),)
    assert tables.counted("k", "T", "n", "Quoi", []).is_empty


@pytest.mark.parametrize(
    ("days_left", "pace", "expected", "left"), [(20, 30, 10, 0), (10, 6, 1, 9), (0, 30, 0, 10), (-3, 30, 0, 10)]
)
def test_forecast_follows_the_pace_and_never_exceeds_what_waits(days_left, pace, expected, left) -> None:
    told = Forecast(None, days_left, submitted=4, under_review=6, complete=5, pace=pace, period=60)
    assert (told.expected, told.left, told.agenda) == (expected, left, 5 + expected)
    assert Forecast(None, 10, 4, 6, 5, pace=3, period=0).expected == 0


def rows_of(key: str, now: Any = NOW) -> dict[str, tuple[Any, ...]]:
    """The rows of a figure by their first cell."""
    found = figures.one(key, now)
    assert found is not None
    return {str(row[0]): row[1:] for row in found.rows}


@pytest.mark.django_db
def test_figures_count_what_there_is() -> None:
    CandidacyFactory(direction="feeding", submitted=True, submitted_at=NOW - timedelta(days=2))
    CandidacyFactory(direction="feeding", submitted=True, submitted_at=NOW - timedelta(days=200))
    admitted = walked()
    DecisionFactory(refused=True, motives=["purpose", "mandate"])
    assert rows_of("etapes")["Déposée"] == (1, 0, 0, 1, 2)
    assert rows_of("profils")["Alimentation A"] == (1,)
    assert sum(row[0] for row in rows_of("regions").values()) == len(admitted.region_routes)
    assert set(rows_of("motifs").values()) == {(1,)}
    (counts,) = {row[:4] for row in rows_of("decisions", NOW + timedelta(days=1)).values() if row[-1] == 2}
    assert sum(counts) == 2
    assert rows_of("avis")["Règles suivies"]
    assert figures.one("inconnu", NOW) is None


@pytest.mark.django_db
def test_forecast_reads_the_pace_of_the_journal() -> None:
    SessionFactory(held_on=(NOW + timedelta(days=40)).date(), cut_off=(NOW + timedelta(days=28)).date())
    agent_ = reviewer()
    done = CandidacyFactory(direction="feeding", under_review=True, reviewer=agent_)
    answer_grid(done)
    candidacies.declare_complete(done, by=agent_, at=NOW - timedelta(days=10))
    CandidacyFactory.create_batch(3, direction="feeding", submitted=True)
    told = figures.forecast(NOW)
    assert (told.pace, told.complete, told.submitted, told.days_left) == (1, 1, 3, 20)


@pytest.mark.django_db
def test_page_shows_every_figure_with_its_table_and_costs_the_same(django_assert_num_queries) -> None:
    walked()
    client = entered(reviewer())
    address = reverse("figures")
    client.get(address)
    for _ in range(2):
        with django_assert_num_queries(PAGE):
            page = client.get(address).content.decode()
        walked()
    for key in figures.FIGURES:
        assert f'id="{key}"' in page
    assert "<svg" in page


PAGE = 19


@pytest.mark.django_db
def test_tables_are_exported_and_vendors_see_none() -> None:
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    client = entered(agent(StaffRole.AUDITOR))
    data = client.get(reverse("figure_export", args=["etapes", "csv"])).content.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(data), delimiter=";"))[0] == "État"
    for key in figures.FIGURES:
        book = load_workbook(io.BytesIO(client.get(reverse("figure_export", args=[key, "xlsx"])).content))
        assert book.active["A1"].value, key
    for wrong in (["etapes", "pdf"], ["inconnu", "csv"]):
        assert client.get(reverse("figure_export", args=wrong)).status_code == 404
    assert entered(representative(candidacy)).get(reverse("figures")).status_code == 404
