"""Searching the register: words, pages, chunks."""

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.reference import queries
from tests.factories.reference import EstablishmentFactory, VersionFactory, number

pytestmark = pytest.mark.django_db


def test_search_finds_numbers_names_and_towns_whatever_accents_and_order() -> None:
    found = EstablishmentFactory(name="HÔPITAL DU CHÂTEAU-D’EAU", city="Bâgé")
    EstablishmentFactory(name="AUTRE")
    for text in (found.finess, found.finess[:5], "chateau hopital", "d'eau bage", "Château d’Eau"):
        assert found in queries.search(text).rows
    assert queries.search("chateau inconnu").rows == []


def test_search_without_words_shows_the_beginning_of_the_register() -> None:
    EstablishmentFactory.create_batch(3)
    assert len(queries.search("").rows) == 3


def test_search_goes_by_pages_until_the_end() -> None:
    rows = sorted(row.finess for row in EstablishmentFactory.create_batch(5))
    first = queries.search("", size=2)
    second = queries.search("", size=2, after=first.next_after)
    last = queries.search("", size=2, after=second.next_after)
    assert [row.finess for page in (first, second, last) for row in page.rows] == rows
    assert last.next_after == ""


def test_search_keeps_to_a_region() -> None:
    EstablishmentFactory(region="84")
    other = EstablishmentFactory(region="53")
    assert queries.search("", region="53").rows == [other]


@pytest.mark.parametrize("count", [1, 3])
def test_search_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    EstablishmentFactory.create_batch(count)
    with django_assert_num_queries(1):
        assert len(queries.search("centre").rows) == count


def test_establishments_come_by_number_closed_ones_included() -> None:
    open_one, closed = EstablishmentFactory(), EstablishmentFactory(closed=True)
    found = queries.establishments([open_one.finess, closed.finess, number(999), open_one.finess])
    assert set(found) == {open_one.finess, closed.finess}
    assert found[closed.finess].is_closed


def test_establishments_are_read_by_chunks(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CHUNK", 2)
    rows = EstablishmentFactory.create_batch(5)
    with django_assert_num_queries(3):
        assert len(queries.establishments(row.finess for row in rows)) == 5


def test_legal_entities_lead_to_their_open_establishments() -> None:
    rows = sorted(row.finess for row in EstablishmentFactory.create_batch(2, finess_ej="010000032"))
    EstablishmentFactory(finess_ej="010000032", closed=True)
    assert queries.establishments_of_legal_entities(["010000032", number(999)]) == {"010000032": rows}


def test_version_in_force_is_none_before_the_first_import() -> None:
    assert queries.version_in_force() is None
    assert queries.version_in_force() != VersionFactory()
    assert queries.open_count() == 0
