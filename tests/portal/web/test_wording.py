"""Dates, instants and states as words."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from portal.lifecycle.table import LabelledEnum
from portal.web import wording

NBSP = "\u00a0"
AFTERNOON = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


class Weather(LabelledEnum):
    """A state to show."""

    RETURNED = "returned", "À compléter"


def shown(source: str, **context: object) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


def test_a_day_is_written_in_full() -> None:
    assert wording.day(date(2026, 11, 24)) == f"mardi 24{NBSP}novembre{NBSP}2026"
    assert wording.day(date(2026, 2, 1)) == f"dimanche 1er{NBSP}février{NBSP}2026"


def test_an_instant_is_told_in_the_time_of_paris() -> None:
    assert wording.moment(AFTERNOON) == f"mardi 24{NBSP}novembre{NBSP}2026, 14{NBSP}h{NBSP}30"
    assert wording.hour(datetime(2026, 7, 1, 7, 0, tzinfo=UTC)) == f"9{NBSP}h"
    assert wording.moment(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)).startswith("vendredi 1er")


def test_the_exact_instant_is_on_the_time_element() -> None:
    html = shown("{{ at|moment }}", at=AFTERNOON)
    assert 'datetime="2026-11-24T14:30:00+01:00"' in html
    assert 'title="24/11/2026 14:30:00, heure de Paris"' in html


@pytest.mark.parametrize("name", ["moment", "short_moment", "day", "short_day"])
def test_no_instant_shows_nothing(name: str) -> None:
    assert shown("{{ at|" + name + " }}", at=None) == ""


def test_dates_of_tables_are_short() -> None:
    assert ">24/11/2026<" in shown("{{ at|short_day }}", at=AFTERNOON)
    assert f">24/11/2026 à 14{NBSP}h{NBSP}30<" in shown("{{ at|short_moment }}", at=AFTERNOON)


@pytest.mark.parametrize(("count", "words"), [(0, "dossier"), (1, "dossier"), (2, "dossiers")])
def test_zero_is_singular_in_french(count: int, words: str) -> None:
    assert shown('{{ count|plural:"dossier,dossiers" }}', count=count) == f"{count}{NBSP}{words}"


def test_a_state_is_a_word_a_colour_and_an_icon() -> None:
    html = shown("{% state_badge state %}", state=Weather.RETURNED)
    assert "À compléter" in html
    assert "fr-badge--warning" in html


def test_an_unknown_state_looks_like_a_draft() -> None:
    assert wording.badge("unheard-of") == ("", "fr-icon-edit-line")


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>Motif : retard</p>", f"<p>Motif{NBSP}: retard</p>"),
        ("<b>Motif</b> : retard<br>", f"<b>Motif</b>{NBSP}: retard<br>"),
        ("<p>Le service « Lits » ; pourquoi ?</p>", f"<p>Le service «{NBSP}Lits{NBSP}»{NBSP}; pourquoi{NBSP}?</p>"),
        ("<p>12 % des appels</p>", f"<p>12{NBSP}% des appels</p>"),
        ('<a style="color : red" href="?a=1 :">x</a>', '<a style="color : red" href="?a=1 :">x</a>'),
        ("<p>2001:db8 ::1</p>", "<p>2001:db8 ::1</p>"),
    ],
)
def test_french_signs_stay_with_their_word(html: str, kept: str) -> None:
    assert wording.spaced(html) == kept


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (999, "999"), (12_977, "12\u202f977"), (1_000_000, "1\u202f000\u202f000")]
)
def test_figures_go_by_threes(number: int, words: str) -> None:
    assert shown("{{ number|thousands }}", number=number) == words
