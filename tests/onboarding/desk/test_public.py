"""The public pages: three doors, the path with who does what, delays measured, dates, contacts; all of it without account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.desk import delay_bars, public_path
from onboarding.desk.journey import RULES
from onboarding.desk.queries import published
from onboarding.figures.delays import Measure, Stage
from tests.factories.committee import SessionFactory
from tests.factories.legaltexts import published as published_text
from tests.factories.notices import published as published_notice
from tests.factories.notices import window

pytestmark = pytest.mark.django_db
PAGES = [
    "home",
    "public_journey",
    "contact",
    "help",
    "circle",
    "status",
    "orientation",
    "legal_texts",
    "sitemap",
    "public_figures",
]


@pytest.fixture(autouse=True)
def fresh() -> None:
    """No delay kept from another test."""
    cache.clear()


def text_of(name: str) -> str:
    """A public page's HTML, whatever its state."""
    return Client().get(reverse(name)).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_each_public_page_answers_anyone_even_before_anything_exists(name: str) -> None:
    html = text_of(name)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert 'href="/aide/"' in html
    assert 'href="/contact/"' in html
    assert '<meta name="robots" content="noindex">' not in html or name == "legal_texts"


def test_the_three_doors_lead_to_the_questionnaire() -> None:
    html = text_of("home")
    assert '"/orientation/?besoin=read"' in html
    assert '"/orientation/?besoin=write"' in html
    assert '"/orientation/"' in html


def test_sessions_are_shown_with_their_cut_off_and_place() -> None:
    today = timezone.localdate()
    assert "Aucune date n’est encore fixée" in text_of("public_journey")
    for months in (1, 2):
        held_on = today + timedelta(days=40 * months)
        SessionFactory(held_on=held_on, cut_off=held_on - timedelta(days=15), place=f"Salle {months}")
    SessionFactory(held_on=today - timedelta(days=90), cut_off=today - timedelta(days=100), place="Salle passée")
    html = text_of("public_journey")
    assert html.index("Salle 1") < html.index("Salle 2")
    assert "Salle passée" not in html
    assert "dossiers complets au plus tard" in html
    assert "Salle 1" in text_of("home")


def test_delays_are_said_to_be_missing_rather_than_made_up() -> None:
    assert "Trop peu de dossiers" in text_of("public_journey")
    assert "Les délais mesurés paraîtront ici" in text_of("home")


def test_delays_are_those_measured_with_their_picture_and_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Measure(Stage.REVIEW, 12, 6, 11), Measure(Stage.WHOLE, 9, 31, 44)]
    monkeypatch.setattr(published, "delays", lambda now: found)
    html = text_of("public_journey")
    assert "31\u00a0jours au plus" in html
    assert "44\u00a0jours au plus" in html
    assert "<svg" in html
    assert "mesurés sur 9 dossiers" in text_of("home")


def test_few_dossiers_publish_no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    from onboarding.figures.queries import delays as figures

    told: Any = figures.Delays(
        {Stage.REVIEW: Measure(Stage.REVIEW, 4, 3, 5), Stage.TESTS: Measure(Stage.TESTS, 5, 2, 4)}, []
    )
    monkeypatch.setattr(figures, "measured", lambda now: told)
    assert [one.stage for one in published.delays(timezone.now())] == [Stage.TESTS]


def test_bars_share_one_scale() -> None:
    first, second = delay_bars.bars([Measure(Stage.REVIEW, 9, 10, 20), Measure(Stage.TESTS, 9, 0, 5)])
    assert (first.p80_width, first.p50_width) == (delay_bars.WIDTH, delay_bars.WIDTH // 2)
    assert (second.p80_width, second.p50_width) == (delay_bars.WIDTH // 4, 2)
    assert delay_bars.bars([]) == []


def test_the_path_names_each_step_its_actor_and_what_it_takes() -> None:
    steps = public_path.steps()
    assert [step.title for step in steps] == [key.label for key in RULES]
    assert all(step.who and step.takes for step in steps), "say what the step takes in public_path.TAKES"


def test_texts_in_force_are_to_download() -> None:
    version = published_text()
    html = text_of("public_journey")
    assert version.title in html
    assert reverse("legal_text_bytes", args=[version.kind.slug, 1]) in html


def test_what_is_under_way_is_said_on_the_home_page() -> None:
    now = timezone.now()
    span = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)}
    published_notice(**{**window(is_public=True), **span})
    assert "Maintenance en cours" in text_of("home")
