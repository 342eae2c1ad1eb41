"""Agents' pages of the reference data, and the commands that fill them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.accounts.roles import StaffRole
from portal.reference import operations as reference
from portal.reference.models import Establishment, Region
from tests.factories.establishments import EntityFactory, PersonFactory, agent, member, signed_in
from tests.factories.reference import EstablishmentFactory, VersionFactory, number, stock, stock_line

pytestmark = pytest.mark.django_db
PAGES = ["/referentiel/etablissements/", "/referentiel/regions/", "/referentiel/regions/53/"]


@pytest.fixture
def browser() -> Client:
    return signed_in(agent(StaffRole.REVIEWER))


@pytest.mark.parametrize("page", PAGES)
def test_pages_send_a_stranger_to_sign_in(client: Client, page: str) -> None:
    assert client.get(page).headers["Location"].startswith(f"{reverse('account_login')}?next=")


@pytest.mark.parametrize("page", PAGES)
def test_pages_do_not_exist_for_vendors(page: str) -> None:
    assert signed_in(member(EntityFactory())).get(page).status_code == 404


def test_register_page_says_that_no_register_is_loaded(browser: Client) -> None:
    assert "Aucun registre n’est chargé" in browser.get(PAGES[0]).text


def test_register_page_finds_by_words_and_keeps_them_in_the_form(browser: Client) -> None:
    VersionFactory(read_count=2)
    EstablishmentFactory(name="HÔPITAL DE L’ÎLE")
    EstablishmentFactory(name="CLINIQUE", closed=True)
    page = browser.get(PAGES[0], {"q": "hopital ile"}).text
    assert "HÔPITAL DE L’ÎLE" in page
    assert "CLINIQUE" not in page
    assert 'value="hopital ile"' in page
    assert "Absent</span> depuis le" in browser.get(PAGES[0], {"q": "clinique"}).text


@pytest.mark.parametrize("query", ["?region=zz", "?apres=' OR 1=1", "?q=" + "a" * 500, "?apres=" + "9" * 50])
def test_register_page_survives_any_address(browser: Client, query: str) -> None:
    assert browser.get(PAGES[0] + query).status_code == 200


def test_register_page_turns_pages_within_the_search(browser: Client) -> None:
    EstablishmentFactory.create_batch(51)
    assert (
        f"?q=centre&amp;region=84&amp;apres={number(0)[:2]}"
        in browser.get(PAGES[0], {"q": "centre", "region": "84"}).text
    )


@pytest.mark.parametrize("count", [1, 3])
def test_register_page_costs_the_same_whatever_the_rows(
    browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    EstablishmentFactory.create_batch(count)
    with django_assert_num_queries(4):
        browser.get(PAGES[0])


@pytest.mark.parametrize("count", [1, 3])
def test_regions_page_costs_the_same_whatever_the_rows(
    browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("53", "84", "11")[:count]:
        Region.objects.create(code=code, name=f"Région {code}")
    with django_assert_num_queries(3):
        assert browser.get(PAGES[1]).status_code == 200


def sheet(**changes: str) -> dict[str, str]:
    return {"ars_name": "ARS", "feeding_route": "eai", "route_since_date": "2025-01-01", "version": "1"} | changes


def test_region_page_is_for_administrators(browser: Client) -> None:
    reference.list_regions()
    assert browser.get(PAGES[2]).status_code == 403
    assert browser.post(PAGES[2], sheet()).status_code == 403


def test_region_page_saves_the_sheet_and_comes_back() -> None:
    reference.list_regions()
    browser = signed_in(agent(StaffRole.ADMINISTRATOR))
    assert browser.get(PAGES[2]).status_code == 200
    answer = browser.post(PAGES[2], sheet(grades_email="contact@grades.fr"))
    assert answer.headers["Location"] == "/referentiel/regions/"
    assert Region.objects.get(code="53").grades_email == "contact@grades.fr"
    page = browser.get(PAGES[1]).text
    assert "Par l’EAI régional depuis le" in page
    assert browser.post(PAGES[2], sheet()).status_code == 409


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ars_email": "pas une adresse"}, "adresse"),
        ({"feeding_route": "pigeon"}, "pigeon"),
        ({"route_since_date": "demain"}, "date"),
        ({"ars_name": "A" * 121}, "120"),
    ],
)
def test_region_page_keeps_what_was_typed(change: dict[str, str], words: str) -> None:
    reference.list_regions()
    page = signed_in(agent(StaffRole.ADMINISTRATOR)).post(PAGES[2], sheet(**change))
    assert page.status_code == 200
    assert "Votre saisie doit être corrigée" in page.text
    assert words in page.text
    assert Region.objects.get(code="53").feeding_route == "unknown"


def test_region_page_of_an_unknown_code_does_not_exist() -> None:
    assert signed_in(agent(StaffRole.ADMINISTRATOR)).get("/referentiel/regions/99/").status_code == 404


def test_load_register_loads_a_file_and_tells(tmp_path: Path) -> None:
    path, out, err = tmp_path / "stock.csv", StringIO(), StringIO()
    path.write_bytes(stock(stock_line(number(1)), "abîmée"))
    call_command("load_register", str(path), stdout=out, stderr=err)
    assert "FINESS 2026-02-01 : 1 établissements lus ; 1 ajouts" in out.getvalue()
    assert err.getvalue().startswith("Ligne 3 : ")
    assert Establishment.objects.count() == 1


@pytest.mark.parametrize("content", [None, b"bonjour"])
def test_load_register_says_in_french_why_it_did_nothing(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "stock.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=r"ne peut pas être lu|n’est pas une extraction"):
        call_command("load_register", str(path))


def test_a_person_without_role_sees_no_reference_page() -> None:
    assert signed_in(PersonFactory()).get(PAGES[0]).status_code == 404
