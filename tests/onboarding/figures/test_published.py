"""The public figures: told to anyone, and none that points at one dossier."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from onboarding.figures.queries import published
from tests.factories.committee import DecisionFactory
from tests.factories.grants import GrantFactory
from tests.factories.parties import NOW

PAGE = "/cercle-en-chiffres/"


@pytest.fixture(autouse=True)
def fresh() -> None:
    """No figure kept from another test."""
    cache.clear()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("a", 5), ("b", 4)], [("a", 5)]),
        ([("a", 9), ("b", 4), ("c", 1)], [("a", 9), (published.OTHERS, 5)]),
        ([("a", 0)], []),
        ([("a", 3), ("b", 3)], [(published.OTHERS, 6)]),
    ],
)
def test_a_small_number_is_never_told_alone(rows: list[tuple[str, int]], told: list[tuple[str, int]]) -> None:
    assert published.folded(rows) == told


@pytest.mark.django_db
def test_anyone_reads_them_and_takes_them_but_not_those_of_the_agency() -> None:
    for _ in range(5):
        GrantFactory(direction="feeding", feeding_profiles="A")
    GrantFactory(direction="feeding", feeding_profiles="B")
    DecisionFactory(recorded_at=NOW)
    page = Client().get(PAGE).text
    assert "Alimentation A" in page
    assert "Alimentation B" not in page
    assert "Pas encore assez de dossiers" in page
    file = Client().get(f"{PAGE}profils.csv")
    assert "Alimentation A" in file.content.decode("utf-8-sig")
    for key in ("motifs", "etapes", "avis", "prevision", "rien"):
        assert Client().get(f"{PAGE}{key}.csv").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sitemap", "home"])
def test_public_pages_lead_to_them(name: str) -> None:
    assert f'href="{PAGE}"' in Client().get(reverse(name)).text


@pytest.mark.django_db
def test_they_are_counted_once_for_everybody(django_assert_num_queries) -> None:
    Client().get(PAGE)
    with django_assert_num_queries(0):
        Client().get(PAGE)
