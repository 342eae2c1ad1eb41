"""The pages of settings."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.parameters import operations as parameters
from portal.parameters.models import Parameter
from tests.factories.establishments import EntityFactory, agent, member, signed_in

pytestmark = pytest.mark.django_db
DELAY, SENSITIVE = "tests.answer_days", "delegates.may_sign"
PAGES = ["/reglages/", f"/reglages/{DELAY}/", f"/reglages/{DELAY}/modifier/"]


@pytest.fixture
def administrator() -> User:
    return agent(StaffRole.ADMINISTRATOR)


@pytest.fixture
def browser(administrator: User) -> Client:
    return signed_in(administrator)


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_agents(client: Client, page: str) -> None:
    assert client.get(page).status_code == 302
    assert signed_in(member(EntityFactory())).get(page).status_code == 404


def test_list_shows_values_sources_and_what_is_to_confirm(browser: Client) -> None:
    page = browser.get("/reglages/").text
    assert "5 jours ouvrés" in page
    assert "À confirmer par l’ANS" in page
    assert "à confirmer par l’ANS</summary>" in page  # counted in the fold of its chapter
    assert "Charte d’alimentation du ROR" in page


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_the_values(
    browser: Client, administrator: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for value in range(count):
        parameters.set_value(DELAY, value + 6, by=administrator, reason="x")
    with django_assert_num_queries(4):
        browser.get("/reglages/")


@pytest.mark.parametrize("count", [1, 3])
def test_sheet_costs_the_same_whatever_the_history(
    browser: Client, administrator: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for value in range(count):
        parameters.set_value(DELAY, value + 6, by=administrator, reason="x")
    with django_assert_num_queries(4):
        browser.get(f"/reglages/{DELAY}/")


def test_only_administrators_change_values() -> None:
    reader = signed_in(agent(StaffRole.AUDITOR))
    assert "Changer la valeur" not in reader.get(f"/reglages/{DELAY}/").text
    assert reader.get(f"/reglages/{DELAY}/modifier/").status_code == 403


def test_changing_a_value_asks_for_a_fresh_proof(administrator: User) -> None:
    client = signed_in(administrator)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    assert "next=" in client.get(f"/reglages/{DELAY}/modifier/").headers["Location"]


def test_a_value_is_changed_on_the_page(browser: Client) -> None:
    assert 'value="5"' in browser.get(f"/reglages/{DELAY}/modifier/").text
    answer = browser.post(f"/reglages/{DELAY}/modifier/", {"value": "8", "reason": "Décision du directeur"})
    assert answer.headers["Location"] == f"/reglages/{DELAY}/"
    page = browser.get(f"/reglages/{DELAY}/").text
    assert "8 jours ouvrés" in page
    assert "Décision du directeur" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"value": "", "reason": "x"}, "Nouvelle valeur"),
        ({"value": "cent", "reason": "x"}, "« cent » n’est pas un nombre entier"),
        ({"value": "8", "reason": ""}, "Motif"),
        ({"value": "8", "reason": "x" * 301}, "300"),
        ({"value": "8", "reason": "x", "effective_date": "2020-01-01"}, "dans le passé"),
        ({"value": "8", "reason": "x", "effective_date": "bientôt"}, "date"),
    ],
)
def test_a_bad_value_is_refused_and_stays_typed(browser: Client, typed: dict[str, str], words: str) -> None:
    answer = browser.post(f"/reglages/{DELAY}/modifier/", typed)
    assert answer.status_code == 200
    assert words in answer.text
    assert not Parameter.objects.exists()


def test_a_date_of_today_means_now(browser: Client) -> None:
    today = datetime.now().strftime("%Y-%m-%d")  # noqa: DTZ005 - the day as the person reads it
    answer = browser.post(f"/reglages/{DELAY}/modifier/", {"value": "8", "reason": "x", "effective_date": today})
    assert answer.status_code == 302


def test_a_sensitive_value_is_proposed_then_approved_by_somebody_else(browser: Client, administrator: User) -> None:
    browser.post(f"/reglages/{SENSITIVE}/modifier/", {"value": "oui", "reason": "Mandats enregistrés"})
    proposal = Parameter.objects.get()
    page = browser.get(f"/reglages/{SENSITIVE}/").text
    assert "ne l’approuve pas lui-même" in page
    approve = f"/reglages/propositions/{proposal.reference}/approuver/"
    assert browser.post(approve).status_code == 403
    other = signed_in(agent(StaffRole.ADMINISTRATOR))
    assert "Approuver" in other.get(f"/reglages/{SENSITIVE}/").text
    assert other.post(approve).headers["Location"] == f"/reglages/{SENSITIVE}/"
    assert other.post(approve).status_code == 409
    assert "waiting" not in other.get("/reglages/").text


def test_a_proposal_is_set_aside(browser: Client, administrator: User) -> None:
    proposal = parameters.set_value(SENSITIVE, True, by=administrator, reason="x")
    address = f"/reglages/propositions/{proposal.reference}/ecarter/"
    assert browser.get(address).status_code == 405
    assert browser.post(address).status_code == 302
    assert "Écartée" in browser.get(f"/reglages/{SENSITIVE}/").text


def test_a_second_proposal_is_refused_on_the_form(browser: Client, administrator: User) -> None:
    parameters.set_value(SENSITIVE, True, by=administrator, reason="x")
    answer = browser.post(f"/reglages/{SENSITIVE}/modifier/", {"value": "oui", "reason": "y"})
    assert "attend déjà" in answer.text


@pytest.mark.parametrize("page", ["/reglages/inconnu/", "/reglages/inconnu/modifier/"])
def test_an_unknown_setting_does_not_exist(browser: Client, page: str) -> None:
    assert browser.get(page).status_code == 404
    assert browser.post("/reglages/propositions/RG-2026-9999/approuver/").status_code == 404
