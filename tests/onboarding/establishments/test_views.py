"""Pages of lists: who sees them, what they say, what bad input gets."""

import csv
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from onboarding.establishments.lifecycle import State
from onboarding.establishments.models import EstablishmentList
from onboarding.establishments.verdicts import LineVerdict
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.models import AccessTrace
from portal.parties.models import DigitalService
from portal.parties.roles import MembershipRole
from tests.factories.establishments import LineFactory, ListFactory, ServiceFactory, agent, member, signed_in
from tests.factories.reference import EstablishmentFactory, VersionFactory

pytestmark = pytest.mark.django_db

KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----"


@pytest.fixture
def known() -> list[str]:
    VersionFactory()
    return sorted(row.finess for row in EstablishmentFactory.create_batch(4))


@pytest.fixture
def service() -> DigitalService:
    return ServiceFactory()


@pytest.fixture
def representative(service: DigitalService) -> User:
    return member(service.owner)


@pytest.fixture
def browser(representative: User) -> Client:
    return signed_in(representative)


@pytest.fixture
def held(service: DigitalService, known: list[str]) -> EstablishmentList:
    """A draft with one valid line (rank 1) and one illegible (rank 2)."""
    held = ListFactory(service=service, numbers=known[:1])
    sentence = "Ligne 3 : « ABC » n’est pas un numéro FINESS."
    LineFactory(
        list=held,
        rank=2,
        line=3,
        typed="ABC",
        finess="",
        verdict=LineVerdict.MALFORMED,
        sentence=sentence,
        name="",
        city="",
    )
    held.line_count, held.counts = 2, {"valid": 1, "malformed": 1}
    held.save()
    return held


def addresses(service: DigitalService, held: EstablishmentList) -> list[str]:
    one = f"/listes/{held.reference}/"
    of_service = f"/services/{service.reference}/etablissements/"
    return [
        of_service,
        f"{of_service}envoyer/",
        one,
        f"{one}telecharger/",
        f"{one}confirmer/",
        f"{one}lignes/2/",
        f"{one}lignes/2/retirer/",
    ]


def test_pages_open_for_the_legal_representative(
    browser: Client, service: DigitalService, held: EstablishmentList
) -> None:
    assert [browser.get(page).status_code for page in addresses(service, held)] == [200] * 7


def test_pages_do_not_exist_for_another_vendor(service: DigitalService, held: EstablishmentList) -> None:
    other = signed_in(member(ServiceFactory().owner))
    for page in addresses(service, held):
        assert other.get(page).status_code == 404
        assert other.post(page, {"typed": "x", "version": 1}).status_code in (404, 405)


def test_pages_send_a_stranger_to_sign_in(client: Client, service: DigitalService, held: EstablishmentList) -> None:
    for page in addresses(service, held):
        assert "next=" in client.get(page).headers["Location"]


def test_agents_read_and_leave_a_trace_but_do_not_act(service: DigitalService, held: EstablishmentList) -> None:
    reviewer = signed_in(agent(StaffRole.REVIEWER))
    pages = addresses(service, held)
    assert [reviewer.get(page).status_code for page in pages] == [200, 403, 200, 200, 403, 403, 403]
    assert f"Consultation de la liste d’établissements {held.reference}" in {
        trace.sentence for trace in AccessTrace.objects.all()
    }


def test_a_reader_sees_no_act(service: DigitalService, held: EstablishmentList) -> None:
    page = signed_in(member(service.owner, MembershipRole.READER)).get(f"/listes/{held.reference}/").text
    assert "Corriger" not in page
    assert "Confirmer" not in page


def test_template_is_an_empty_csv(browser: Client) -> None:
    answer = browser.get("/listes/modele.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.content.decode("utf-8-sig") == "FINESS EG;Nom de l’établissement\r\n"


def test_upload_of_a_file_leads_to_the_judged_list(browser: Client, service: DigitalService, known: list[str]) -> None:
    data = f"FINESS EG;Nom\n{known[0]};Un\nABC;Deux\n".encode("cp1252")
    page = f"/services/{service.reference}/etablissements/envoyer/"
    answer = browser.post(page, {"file": SimpleUploadedFile("mes établissements.csv", data)}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/listes/L-")
    assert "1 établissement valide sur 2 lignes" in answer.text.replace("\xa0", " ")
    assert "Ligne 3 : « ABC » n’est pas un numéro FINESS" in answer.text
    assert "mes établissements.csv" in answer.text


def test_upload_of_pasted_numbers(browser: Client, service: DigitalService, known: list[str]) -> None:
    page = f"/services/{service.reference}/etablissements/envoyer/"
    assert browser.post(page, {"text": "\n".join(known)}).status_code == 302
    assert EstablishmentList.objects.get().valid_count == 4


def test_double_submit_sends_one_list(browser: Client, service: DigitalService, known: list[str]) -> None:
    page, key = f"/services/{service.reference}/etablissements/envoyer/", str(uuid4())
    first = browser.post(page, {"text": known[0], "cle_envoi": key})
    second = browser.post(page, {"text": known[0], "cle_envoi": key})
    assert first.headers["Location"] == second.headers["Location"]
    assert EstablishmentList.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "Choisissez un fichier"),
        ({"text": "  "}, "Choisissez un fichier"),
        ({"text": "FINESS;Nom"}, "Collez au moins un numéro FINESS"),
        ({"file": SimpleUploadedFile("vide.csv", b"")}, "Ce fichier est vide"),
        ({"file": SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0")}, "XLSX ou en CSV"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04zip")}, "endommagé"),
        ({"file": SimpleUploadedFile("a.csv", b"x"), "text": "010000024"}, "pas les deux"),
        ({"text": "é" * 400_001}, "400000"),
        ({"text": f"010000024\n{KEY}"}, "clé privée"),
        ({"file": SimpleUploadedFile("a.csv", KEY.encode())}, "clé privée"),
    ],
)
def test_upload_says_what_is_wrong_and_saves_nothing(
    browser: Client, service: DigitalService, known: list[str], content: dict[str, object], words: str
) -> None:
    page = f"/services/{service.reference}/etablissements/envoyer/"
    answer = browser.post(page, content)
    assert answer.status_code == 200
    assert words in answer.text.replace("\xa0", " ").replace("\u202f", "")
    assert "MIIEvQIBADAN" not in answer.text
    assert not EstablishmentList.objects.exists()


def test_upload_keeps_what_was_pasted(browser: Client, service: DigitalService) -> None:
    page = f"/services/{service.reference}/etablissements/envoyer/"
    content = {"text": "010000024 Fleyriat", "file": SimpleUploadedFile("a.csv", b"x")}
    assert "010000024 Fleyriat</textarea>" in browser.post(page, content).text


def test_upload_refuses_a_file_over_the_limit(
    browser: Client, service: DigitalService, settings: pytest.FixtureRequest
) -> None:
    settings.UPLOAD_MAX_BYTES = 10  # type: ignore[attr-defined]
    page = f"/services/{service.reference}/etablissements/envoyer/"
    answer = browser.post(page, {"file": SimpleUploadedFile("a.csv", b"x" * 11)})
    assert "Ce fichier dépasse" in answer.text


def test_chips_count_lines_by_verdict_and_filter_them(browser: Client, held: EstablishmentList) -> None:
    page = browser.get(f"/listes/{held.reference}/?verdict=malformed").text
    assert "Numéros illisibles : 1" in page
    assert 'href="?verdict=malformed" aria-current="true"' in page
    assert "ABC" in page
    assert "BOURG EN BRESSE" not in page


@pytest.mark.parametrize("query", ["?verdict=zz", "?apres=-1", "?apres=99999999999999999999", "?apres=%D9%A1"])
def test_list_survives_any_address(browser: Client, held: EstablishmentList, query: str) -> None:
    assert browser.get(f"/listes/{held.reference}/{query}").status_code == 200


def test_list_turns_pages_within_the_filter(browser: Client, service: DigitalService) -> None:
    held = ListFactory(service=service)
    for rank in range(1, 103):
        LineFactory(list=held, rank=rank, finess="", typed="x", verdict=LineVerdict.UNKNOWN)
    page = browser.get(f"/listes/{held.reference}/?verdict=unknown").text
    assert "?verdict=unknown&amp;apres=100" in page
    assert page.count('<th scope="row">') == 100
    last = browser.get(f"/listes/{held.reference}/?verdict=unknown&apres=100").text
    assert last.count('<th scope="row">') == 2
    assert "Lignes suivantes" not in last


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_the_lines(
    browser: Client,
    service: DigitalService,
    known: list[str],
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ListFactory(service=service, confirmed=True, numbers=known[3:])
    held = ListFactory(service=service, numbers=known[:count])
    with django_assert_num_queries(10):
        assert "Confirmer" in browser.get(f"/listes/{held.reference}/").text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_of_a_service_cost_the_same_whatever_their_number(
    browser: Client, service: DigitalService, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        ListFactory(service=service, state=State.SUPERSEDED)
    with django_assert_num_queries(6):
        browser.get(f"/services/{service.reference}/etablissements/")


def test_a_service_without_list_says_what_to_do(browser: Client, service: DigitalService) -> None:
    page = browser.get(f"/services/{service.reference}/etablissements/").text
    assert "Aucune liste envoyée" in page
    assert "Envoyer la liste" in page


def test_a_line_is_mended_and_the_filter_kept(browser: Client, held: EstablishmentList, known: list[str]) -> None:
    content = {"typed": known[1], "verdict": "malformed"}
    answer = browser.post(f"/listes/{held.reference}/lignes/2/", content)
    assert answer.headers["Location"] == f"/listes/{held.reference}/?verdict=malformed"
    held.refresh_from_db()
    assert held.valid_count == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Numéro FINESS EG"),
        ("DEF", "« DEF » n’est pas un numéro FINESS"),
        ("x" * 61, "60"),
        ("010000025", "la clé du numéro 010000025 est fausse"),
    ],
)
def test_a_line_badly_mended_keeps_what_was_typed(
    browser: Client, held: EstablishmentList, typed: str, words: str
) -> None:
    answer = browser.post(f"/listes/{held.reference}/lignes/2/", {"typed": typed})
    assert answer.status_code == 200
    assert words in answer.text
    assert f'value="{typed}"' in answer.text or not typed
    held.refresh_from_db()
    assert held.version == 1


def test_a_line_is_removed(browser: Client, held: EstablishmentList) -> None:
    answer = browser.post(f"/listes/{held.reference}/lignes/2/retirer/", {})
    assert answer.headers["Location"] == f"/listes/{held.reference}/"
    held.refresh_from_db()
    assert held.line_count == 1
    assert browser.post(f"/listes/{held.reference}/lignes/2/retirer/", {}).status_code == 404


@pytest.mark.parametrize("rank", ["0", "99", "99999999999999999999"])
def test_an_unknown_line_does_not_exist(browser: Client, held: EstablishmentList, rank: str) -> None:
    assert browser.get(f"/listes/{held.reference}/lignes/{rank}/").status_code == 404


def test_confirm_says_the_count_and_what_changes(browser: Client, service: DigitalService, known: list[str]) -> None:
    ListFactory(service=service, confirmed=True, numbers=known[:1])
    held = ListFactory(service=service, numbers=known[1:])
    page = browser.get(f"/listes/{held.reference}/confirmer/").text.replace("\xa0", " ")
    assert "Confirmer ces 3 établissements" in page
    assert "3 établissements ajoutés" in page
    assert "1 établissement retiré" in page
    assert "CENTRE HOSPITALIER" in page


def test_confirm_puts_in_force_what_was_read(browser: Client, held: EstablishmentList) -> None:
    answer = browser.post(f"/listes/{held.reference}/confirmer/", {"version": held.version})
    assert answer.headers["Location"] == f"/listes/{held.reference}/"
    held.refresh_from_db()
    assert held.state == State.CONFIRMED
    assert "En vigueur" in browser.get(f"/listes/{held.reference}/").text


@pytest.mark.parametrize(("version", "status"), [("7", 409), ("", 200), ("x", 200)])
def test_confirm_refuses_another_version(browser: Client, held: EstablishmentList, version: str, status: int) -> None:
    assert browser.post(f"/listes/{held.reference}/confirmer/", {"version": version}).status_code == status
    held.refresh_from_db()
    assert held.state == State.DRAFT


def test_confirm_is_for_the_legal_representative(service: DigitalService, held: EstablishmentList) -> None:
    delegate = signed_in(member(service.owner, MembershipRole.DELEGATE))
    assert delegate.get(f"/listes/{held.reference}/confirmer/").status_code == 403
    assert "Seul le représentant légal confirme" in delegate.get(f"/listes/{held.reference}/").text


def test_a_replaced_list_offers_nothing_and_answers_409(browser: Client, service: DigitalService) -> None:
    held = ListFactory(service=service, state=State.SUPERSEDED)
    LineFactory(list=held, rank=1, finess="", verdict=LineVerdict.UNKNOWN)
    assert "Corriger" not in browser.get(f"/listes/{held.reference}/").text
    for page in ("confirmer/", "lignes/1/", "lignes/1/retirer/"):
        assert browser.get(f"/listes/{held.reference}/{page}").status_code == 409


def test_download_holds_every_line_and_no_formula(browser: Client, held: EstablishmentList) -> None:
    held.lines.filter(rank=2).update(typed="=HYPERLINK(1)", typed_name="@x")
    answer = browser.get(f"/listes/{held.reference}/telecharger/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{held.reference}.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3
    assert rows[2][-1] == "'=HYPERLINK(1)"
    assert rows[2][2] == "'@x"
