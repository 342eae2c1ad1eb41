"""Pages of campaigns: who sees them, what they say, what bad input gets."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from onboarding.campaigns import queries
from onboarding.campaigns.lifecycle import State
from onboarding.campaigns.models import TestCampaign, TestRun
from onboarding.campaigns.results import Priority, Status
from policy.grants.models import Grant
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.models import AccessTrace
from portal.parties.roles import MembershipRole
from tests.factories.campaigns import (
    CONNECTION,
    CampaignFactory,
    PlatformFactory,
    ResultFactory,
    RightFactory,
    RunFactory,
    TestCertificateFactory,
    case,
    report,
)
from tests.factories.establishments import ServiceFactory, agent, member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def right() -> Grant:
    return RightFactory()


@pytest.fixture
def campaign(right: Grant) -> TestCampaign:
    return CampaignFactory(grant=right)


@pytest.fixture
def declared() -> TestCampaign:
    """A campaign to verify: one conforming result (1), one failure (2)."""
    campaign = CampaignFactory(declared=True)
    run = RunFactory(campaign=campaign, number=1, case_count=2, passed_count=1)
    ResultFactory(run=run, number=1, name="Lecture conforme")
    ResultFactory(run=run, number=2, name="Lecture en échec", failed=True, priority=Priority.MINOR)
    return campaign


@pytest.fixture
def vendor(right: Grant) -> Client:
    return signed_in(member(right.holder))


@pytest.fixture
def verifier_person() -> User:
    return agent(StaffRole.TEST_VERIFIER)


@pytest.fixture
def verifier(verifier_person: User) -> Client:
    return signed_in(verifier_person)


def file(*cases: dict[str, object], name: str = "session.json") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, report(*cases))}


def pages(campaign: TestCampaign) -> list[str]:
    one = f"/tests/{campaign.reference}/"
    return [one, *[f"{one}{page}/" for page in ("rapport", "fin", "resultats/1", "validation", "reprise")]]


def test_pages_do_not_exist_for_another_vendor(declared: TestCampaign) -> None:
    other = signed_in(member(ServiceFactory().owner))
    for page in [*pages(declared), f"/habilitations/{declared.grant.reference}/tests/"]:
        assert other.get(page).status_code == 404
    assert other.post(f"/tests/{declared.reference}/conformes/").status_code == 404
    assert declared.reference not in other.get("/tests/").text


def test_pages_send_a_stranger_to_sign_in(client: Client, declared: TestCampaign) -> None:
    for page in ["/tests/", *pages(declared)]:
        assert "next=" in client.get(page).headers["Location"]


def test_agency_pages_do_not_exist_for_the_vendor(declared: TestCampaign) -> None:
    vendor = signed_in(member(declared.grant.holder))
    assert [vendor.get(page).status_code for page in pages(declared)] == [200, 409, 409, 404, 404, 404]


def test_agents_without_the_role_read_and_leave_a_trace(declared: TestCampaign) -> None:
    reviewer = signed_in(agent(StaffRole.REVIEWER))
    assert [reviewer.get(page).status_code for page in pages(declared)] == [200, 403, 403, 403, 403, 403]
    assert AccessTrace.objects.get().sentence == f"Consultation de la campagne de tests {declared.reference}"
    assert reviewer.post(f"/tests/{declared.reference}/conformes/").status_code == 403


def test_list_says_whose_answer_is_due(verifier: Client, declared: TestCampaign) -> None:
    page = verifier.get("/tests/").text
    assert declared.reference in page
    assert "1 sur 2" in page
    assert "12/01/2026" in page
    assert declared.reference not in verifier.get("/tests/?etat=open").text
    assert verifier.get("/tests/?etat=zz&page=99").status_code == 200


def test_what_is_to_verify_comes_before_what_waits_for_nobody(declared: TestCampaign) -> None:
    running = CampaignFactory()
    assert list(queries.listed(agent(StaffRole.TEST_VERIFIER), state="")) == [declared, running]


def test_list_of_a_vendor_without_tests_says_what_comes(vendor: Client) -> None:
    page = vendor.get("/tests/").text
    assert "Mes tests" in page
    assert "Aucun test en cours" in page


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_the_campaigns(
    verifier: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        ResultFactory(run=RunFactory())
    with django_assert_num_queries(4):
        assert verifier.get("/tests/").text.count("1 sur 1") == count


@pytest.mark.parametrize("count", [1, 3])
def test_campaign_costs_the_same_whatever_the_results(
    vendor: Client, campaign: TestCampaign, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, count + 1):
        ResultFactory(run=RunFactory(campaign=campaign, number=number), number=number, accepted=True)
    with django_assert_num_queries(8):
        assert vendor.get(f"/tests/{campaign.reference}/").status_code == 200


def test_campaign_draws_coverage_by_priority_with_its_figures(declared: TestCampaign, verifier: Client) -> None:
    page = verifier.get(f"/tests/{declared.reference}/").text.replace("\xa0", " ")
    assert 'aria-label="100 % conformes, 0 % en échec ou en erreur"' in page
    assert '<rect width="200" height="16" fill="var(--background-flat-success)"/>' in page
    assert "2 scénarios : 1 conforme, 1 en échec ou en erreur" in page
    assert "Étapes en défaut : Controle profil" in page
    assert "2 résultats attendent votre acceptation" in page
    assert "Valider les tests" not in page


def test_campaign_filters_by_result_and_turns_pages(campaign: TestCampaign, vendor: Client) -> None:
    run = RunFactory(campaign=campaign, number=1)
    for number in range(1, 103):
        ResultFactory(run=run, number=number)
    ResultFactory(run=run, number=103, failed=True, name="Le seul échec")
    assert "Le seul échec" in vendor.get(f"/tests/{campaign.reference}/?resultat=failure").text
    page = vendor.get(f"/tests/{campaign.reference}/?resultat=success").text
    assert "?resultat=success&amp;apres=100" in page
    assert "Le seul échec" not in page
    last = vendor.get(f"/tests/{campaign.reference}/?apres=100").text
    assert "Le seul échec" in last
    assert "Scénarios suivants" not in last


@pytest.mark.parametrize("query", ["?resultat=zz", "?apres=-1", "?apres=99999999999999", "?apres=x"])
def test_campaign_survives_any_address(campaign: TestCampaign, vendor: Client, query: str) -> None:
    assert vendor.get(f"/tests/{campaign.reference}/{query}").status_code == 200


def test_a_report_is_imported_once(campaign: TestCampaign, vendor: Client) -> None:
    page, key = f"/tests/{campaign.reference}/rapport/", str(uuid4())
    for _ in range(2):
        answer = vendor.post(page, file(case("un", "SUCCESS")) | {"cle_envoi": key})
        assert answer.headers["Location"] == f"/tests/{campaign.reference}/"
    assert TestRun.objects.count() == 1
    shown = vendor.get(f"/tests/{campaign.reference}/").text
    assert "session.json" in shown
    assert "Déclarer la fin des tests" in shown


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "Choisissez le rapport à importer"),
        ({"file": SimpleUploadedFile("a.json", b"")}, "Ce fichier est vide"),
        ({"file": SimpleUploadedFile("a.json", b'{"id": 48')}, "la lecture s’arrête ligne 1, colonne"),
        ({"file": SimpleUploadedFile("a.json", b"[]")}, "liste de sessions"),
        ({"file": SimpleUploadedFile("a.json", b'{"id": 1, "sessionStatus": 3}')}, "sessionStatus doit être un texte"),
    ],
)
def test_a_bad_report_is_refused_with_its_reason(
    campaign: TestCampaign, vendor: Client, content: dict[str, object], words: str
) -> None:
    answer = vendor.post(f"/tests/{campaign.reference}/rapport/", content)
    assert answer.status_code == 200
    assert words in answer.text
    assert not TestRun.objects.exists()


def test_a_report_over_the_limit_is_refused(
    campaign: TestCampaign, vendor: Client, settings: pytest.FixtureRequest
) -> None:
    settings.UPLOAD_MAX_BYTES = 10  # type: ignore[attr-defined]
    assert "Ce fichier dépasse" in vendor.post(f"/tests/{campaign.reference}/rapport/", file(case("un"))).text


def test_a_reader_imports_nothing(campaign: TestCampaign) -> None:
    reader = signed_in(member(campaign.grant.holder, MembershipRole.READER))
    assert reader.post(f"/tests/{campaign.reference}/rapport/", file(case("un"))).status_code == 403
    assert "Importer un rapport" not in reader.get(f"/tests/{campaign.reference}/").text


def test_the_end_is_declared_after_a_report(campaign: TestCampaign, vendor: Client) -> None:
    page = f"/tests/{campaign.reference}/fin/"
    assert "au moins un rapport" in vendor.post(page, {"version": 1}).text
    vendor.post(f"/tests/{campaign.reference}/rapport/", file(case("un", "FAILURE")))
    assert "1 scénario est en échec ou en erreur" in vendor.get(page).text.replace("\xa0", " ")
    assert vendor.post(page, {"version": 1}).status_code == 409
    assert vendor.post(page, {"version": 2}).status_code == 302
    assert "L’agence répond au plus tard le" in vendor.get(f"/tests/{campaign.reference}/").text
    assert vendor.post(page, {"version": 3}).status_code == 409


def opening(**changes: str) -> dict[str, str]:
    return CONNECTION | {"platform": "sandbox", "tested_version": "3.2"} | changes


def test_opening_says_what_is_missing_then_opens(right: Grant, verifier: Client) -> None:
    PlatformFactory()
    page = f"/habilitations/{right.reference}/tests/"
    shown = verifier.get(page).text
    assert "Certificat de test déclaré" in shown
    assert "https://bas-api-fhir.qualif.ror.esante.gouv.fr/ws-synchro-dispo-lits-fhir" in shown
    answer = verifier.post(page, opening())
    assert answer.status_code == 200
    assert 'value="lits-ouverts-bas"' in answer.text
    TestCertificateFactory(service=right.service)
    made = verifier.post(page, opening())
    assert made.headers["Location"] == f"/tests/{TestCampaign.objects.get().reference}/"
    assert "déjà en cours" in verifier.post(page, opening()).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"platform": "autre"}, "autre"),
        ({"platform": ""}, "Plateforme de tests"),
        ({"client_id": ""}, "Identifiant client"),
        ({"client_id": "a b"}, "sans espace"),
        ({"client_id": "a" * 81}, "80"),
        ({"token_url": "http://jetons"}, "https://"),
        ({"api_url": "x" * 301}, "300"),
    ],
)
def test_opening_refuses_bad_connection_data(
    right: Grant, verifier: Client, change: dict[str, str], words: str
) -> None:
    PlatformFactory()
    TestCertificateFactory(service=right.service)
    answer = verifier.post(f"/habilitations/{right.reference}/tests/", opening(**change))
    assert answer.status_code == 200
    assert "Votre saisie doit être corrigée" in answer.text
    assert words in answer.text
    assert not TestCampaign.objects.exists()


def test_opening_for_consumption_asks_for_headers(verifier: Client) -> None:
    PlatformFactory()
    right = RightFactory(consumption=True)
    TestCertificateFactory(service=right.service)
    page = f"/habilitations/{right.reference}/tests/"
    assert 'value="AUTOMATE"' in verifier.get(page).text
    headers = {
        "ror_profil_utilisateur_code": "CU20",
        "ror_profil_utilisateur_system": "1.2.250.1.213.1.6.1.66",
        "ror_role_metier_code": "AUTOMATE",
        "ror_role_metier_system": "1.2.250.1.213.1.1.4.6",
    }
    assert verifier.post(page, opening()).status_code == 200
    assert verifier.post(page, opening(**headers)).status_code == 302


def test_opening_is_for_test_verifiers(right: Grant) -> None:
    assert signed_in(agent(StaffRole.REVIEWER)).get(f"/habilitations/{right.reference}/tests/").status_code == 403


def test_results_are_accepted_then_the_tests_validated(declared: TestCampaign, verifier: Client) -> None:
    page = f"/tests/{declared.reference}/"
    assert verifier.get(f"{page}conformes/").status_code == 405
    assert verifier.post(f"{page}conformes/").headers["Location"] == page
    assert verifier.post(f"{page}conformes/").status_code == 422
    assert "1 résultat attend" in verifier.post(f"{page}validation/", {"version": 2}).text
    assert "Dites pourquoi" in verifier.post(f"{page}resultats/2/", {"comment": " "}).text
    assert verifier.post(f"{page}resultats/2/", {"comment": "Écart connu"}).headers["Location"] == page
    assert "déjà accepté" in verifier.post(f"{page}resultats/2/", {"comment": "encore"}).text
    shown = verifier.get(page).text
    assert "Accepté : Écart connu" in shown
    assert "Valider les tests" in shown
    assert verifier.post(f"{page}validation/", {"version": 1}).status_code == 409
    assert verifier.post(f"{page}validation/", {"version": 3}).status_code == 302
    assert "Vérifiée" in verifier.get(page).text
    assert verifier.post(f"{page}validation/", {"version": 4}).status_code == 409
    assert Grant.objects.get(pk=declared.grant_id).tests_verified_at is not None


def test_an_answer_sends_the_tests_back(declared: TestCampaign, verifier: Client) -> None:
    page = f"/tests/{declared.reference}/reprise/"
    assert "- Lecture en échec (en échec)" in verifier.get(page).text
    empty = verifier.post(page, {"version": 1, "redo": ""})
    assert "Ce qui est à reprendre" in empty.text
    assert "5000" in verifier.post(page, {"version": 1, "redo": "x" * 5001}).text.replace("\u202f", "")
    assert verifier.post(page, {"version": 1, "redo": "Reprenez <b>tout</b>"}).status_code == 302
    shown = signed_in(member(declared.grant.holder)).get(f"/tests/{declared.reference}/").text
    assert "Reprenez &lt;b&gt;tout&lt;/b&gt;" in shown
    declared.refresh_from_db()
    assert declared.state == State.TO_REDO


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999"])
def test_an_unknown_result_does_not_exist(declared: TestCampaign, verifier: Client, number: str) -> None:
    assert verifier.get(f"/tests/{declared.reference}/resultats/{number}/").status_code == 404


def test_a_result_of_another_campaign_is_not_reached(declared: TestCampaign, verifier: Client) -> None:
    other = CampaignFactory(declared=True)
    assert verifier.get(f"/tests/{other.reference}/resultats/1/").status_code == 404
    assert declared.results.get(number=1).status == Status.SUCCESS
