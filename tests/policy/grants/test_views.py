"""The pages of rights: who sees them, what they say, what they refuse."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policy.grants.models import ConnectionData, Grant
from portal.accounts.roles import StaffRole
from portal.parties.roles import MembershipRole
from tests.factories.grants import ConnectionFactory, GrantFactory, agent
from tests.factories.parties import LegalEntityFactory, member, proved

pytestmark = pytest.mark.django_db
URLS = {"token_url": "https://auth.fr/token", "api_url": "https://api.fr/"}


def sheet(grant: Grant, rest: str = "") -> str:
    return f"/habilitations/{grant.reference}/{rest}"


def test_the_sheet_is_for_agents_and_for_the_holder_alone() -> None:
    grant = GrantFactory(ready=True)
    ConnectionFactory(grant=grant, client_id="lits-prod")
    for person in (agent(StaffRole.RAPPORTEUR), member(grant.holder, MembershipRole.READER)):
        page = proved(person).get(sheet(grant))
        assert page.status_code == 200
        assert "lits-prod" in page.text
    stranger = proved(member(LegalEntityFactory()))
    assert stranger.get(sheet(grant)).status_code == 404
    assert Client().get(sheet(grant)).status_code == 302


def test_the_sheet_says_what_production_waits_for() -> None:
    grant = GrantFactory()
    page = proved(member(grant.holder)).get(sheet(grant)).text
    assert "Il manque encore 4\u00a0éléments" in page
    assert "Déclarer l’adresse de production" in page


def test_the_sheet_offers_only_what_the_person_may_do() -> None:
    grant = GrantFactory()
    reader = proved(member(grant.holder, MembershipRole.READER)).get(sheet(grant)).text
    manager = proved(agent(StaffRole.WHITELIST_MANAGER)).get(sheet(grant)).text
    for words in ("Remettre", "Retirer l’habilitation", "Proposer l’inscription"):
        assert words not in reader
        assert words in manager


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_the_rights(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    GrantFactory.create_batch(count, ready=True)
    browser = proved(agent(StaffRole.AUDITOR))
    with django_assert_num_queries(4):
        assert browser.get("/habilitations/").status_code == 200


def test_the_list_is_narrowed_by_state_and_words_and_to_the_member_s_own() -> None:
    mine, other = GrantFactory(service_name="Lits de Brest"), GrantFactory(active=True, service_name="Lits de Nice")
    browser = proved(agent(StaffRole.AUDITOR))
    assert other.reference not in browser.get("/habilitations/?mots=brest").text
    assert mine.reference not in browser.get("/habilitations/?etat=active").text
    assert browser.get("/habilitations/?etat=<x>&mots=%25%5C&page=zz").status_code == 200
    assert "etat=suspended" in browser.get("/habilitations/").text
    own = proved(member(mine.holder)).get("/habilitations/").text
    assert mine.reference in own
    assert other.reference not in own


def test_an_agent_hands_connection_data_over() -> None:
    grant, browser = GrantFactory(), proved(agent(StaffRole.TEST_VERIFIER))
    answer = browser.post(sheet(grant, "connexion/bac-a-sable/"), {"client_id": "essai", **URLS})
    assert answer.status_code == 302
    assert ConnectionData.objects.get(grant=grant).environment == "sandbox"
    assert browser.get(sheet(grant, "connexion/ailleurs/")).status_code == 404


def test_connection_data_that_do_not_fit_come_back_with_what_was_typed() -> None:
    grant, browser = GrantFactory(), proved(agent(StaffRole.TEST_VERIFIER))
    answer = browser.post(
        sheet(grant, "connexion/production/"), {"client_id": "essai", **URLS, "api_url": "http://api.fr/"}
    )
    assert answer.status_code == 200
    assert "commençant par https://" in answer.text
    assert 'value="essai"' in answer.text
    assert not ConnectionData.objects.exists()


def test_a_consumer_is_handed_four_headers() -> None:
    grant, browser = GrantFactory(consumption=True), proved(agent(StaffRole.WHITELIST_MANAGER))
    given = {"client_id": "lire", **URLS}
    assert browser.post(sheet(grant, "connexion/production/"), given).status_code == 200
    given |= {
        "ror_profil_utilisateur_code": "CU20",
        "ror_profil_utilisateur_system": "1.2.250.1.213.1.6.1.66",
        "ror_role_metier_code": "AUTOMATE",
        "ror_role_metier_system": "1.2.250.1.213.1.1.4.6",
    }
    assert browser.post(sheet(grant, "connexion/production/"), given).status_code == 302
    assert ConnectionData.objects.get().headers["Ror-Role-Metier-Code"] == "AUTOMATE"


def test_a_vendor_hands_nothing_over_and_an_agent_declares_no_address() -> None:
    grant = GrantFactory()
    assert proved(member(grant.holder)).get(sheet(grant, "connexion/production/")).status_code == 404
    assert proved(agent(StaffRole.REVIEWER)).get(sheet(grant, "connexion/production/")).status_code == 403
    assert proved(agent(StaffRole.REVIEWER)).get(sheet(grant, "adresse/")).status_code == 403


def test_the_vendor_declares_its_address() -> None:
    grant = GrantFactory()
    browser = proved(member(grant.holder, MembershipRole.TECHNICAL_CONTACT))
    assert "https" in browser.post(sheet(grant, "adresse/"), {"url": "ftp://lits.fr"}).text
    assert browser.post(sheet(grant, "adresse/"), {"url": " https://lits.fr/ "}).status_code == 302
    grant.refresh_from_db()
    assert grant.production_url == "https://lits.fr/"
