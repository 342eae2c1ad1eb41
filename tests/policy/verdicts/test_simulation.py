"""The simulator's answer: retrieval cases, profiles that nobody holds, one address per answer; the API says the same."""

import json
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from policy.profiles import catalogue, rulebook_file
from policy.profiles.engine import Effect
from policy.profiles.rulebook import Rulebook
from policy.verdicts import callers, decision, index, queries, simulation
from policy.verdicts.callers import Caller
from policy.verdicts.question import Question
from policy.whitelist.models import WhitelistEntry
from portal.accounts.roles import StaffRole
from portal.tokens.scopes import Scope
from tests.factories import verdicts as made
from tests.factories import whitelist as entries
from tests.factories.grants import ConnectionFactory, GrantFactory, agent
from tests.factories.parties import proved
from tests.factories.profiles import PolicyVersionFactory
from tests.factories.reference import EstablishmentFactory
from tests.factories.tokens import bearer

BEDS, PAGE, API = "Location.supported-capacity", "/simulateur/", "/api/v1/verdicts/simulation"
READER = {"feeding_profiles": [], "access_profile": 2, "establishments": []}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def held(book: Rulebook) -> index.Index:
    listed = made.document(made.entry(1), made.entry(2, service="SN-000001", client_id="reader", **READER))
    return index.build(listed, book)


def test_a_caller_is_judged_as_gateways_judge_him(held: index.Index, book: Rulebook) -> None:
    for client in ("ror-1", "reader", "stranger"):
        for operation in book.operations:
            for element in (*book.elements, "Location", None):
                asked = Question(operation, made.AT, client_id=client, element=element, establishment=made.FIRST)
                assert simulation.answer(held, asked).verdict == decision.decide(held, asked)


@pytest.mark.parametrize("code", sorted(catalogue.CODES))
def test_a_supposed_profile_has_its_perimeter_and_answers_as_its_row_does(
    held: index.Index, book: Rulebook, code: str
) -> None:
    facts = {"sensitive_unit": "non", "capacity_status": "01", "activity_field": "04"}
    for operation in ("patch",) if code in "AB" else ("read", "search", "export"):
        said = simulation.answer(held, Question(operation, made.AT, element=BEDS, facts=facts), profile=code)
        mine = next(one for one in said.alternatives if one.code == code)
        assert (mine.asked, said.hypothetical, said.verdict.entry) == (True, True, "")
        assert (mine.effect, mine.reason) == (said.verdict.effect, said.verdict.reasons[0].sentence)
        assert said.verdict.effect is (Effect.DENY if code in "0B" else Effect.PERMIT)


def test_what_a_case_never_carries_is_refused_to_every_profile(held: index.Index) -> None:
    asked = Question(None, made.AT, client_id="reader", element=BEDS, case="cas-2-etablissement")
    said = simulation.answer(held, asked)
    assert said.verdict.reasons[-1].code == "case_excluded"
    assert {one.effect for one in said.alternatives} == {Effect.DENY}
    assert all("CSD" in one.reason for one in said.alternatives)
    supposed = simulation.answer(held, asked._replace(client_id=None), profile="2")
    assert (supposed.verdict.effect, supposed.verdict.reasons[0].code) == (Effect.DENY, "case_excluded")
    by_fhir = simulation.answer(held, asked._replace(case="recherche-fhir"))
    assert by_fhir.verdict.effect is Effect.CONDITIONAL


def test_an_unreadable_question_has_neither_alternatives_nor_address(held: index.Index) -> None:
    said = simulation.answer(held, Question(None, made.AT, client_id="ror-1", path="PATCH /Patient?x=1"))
    assert (said.verdict.effect, said.alternatives, said.query) == (Effect.DENY, (), "")


def test_a_certificate_judged_by_its_name_has_no_address_which_would_say_otherwise(book: Rulebook) -> None:
    bare = {"certificates": [], "names": [{"subject": "CN=a,O=b,C=FR", "verified": False}]}
    listed = index.build(made.document(made.entry(1, **bare), made.entry(2)), book)
    [name] = listed.by_name
    shown = Question("patch", made.AT, fingerprint="ab" * 32, name=name, element="Location", establishment=made.FIRST)
    said = simulation.answer(listed, shown)
    assert (said.verdict.effect, said.query) == (Effect.PERMIT, "")
    assert decision.decide(listed, shown._replace(name=None)).effect is Effect.DENY
    [known] = listed.by_fingerprint
    assert simulation.answer(listed, shown._replace(fingerprint=known)).query


def test_the_address_of_a_line_of_request_names_what_it_writes(held: index.Index) -> None:
    line = f"PATCH /ws/Location?identifier=1{made.FIRST}/SSR1"
    said = simulation.answer(held, Question(None, made.AT, client_id="ror-1", path=line))
    given = {name: values[0] for name, values in parse_qs(said.query).items()}
    assert (given["operation"], given["element"], given["etablissement"]) == ("patch", "Location", made.FIRST)
    assert (given["jour"], given["heure"]) == ("2026-03-03", "10:00:00")


@pytest.mark.parametrize(("operation", "client"), [("patch", "ror-1"), ("read", "reader")])
def test_a_service_is_named_by_its_reference(held: index.Index, operation: str, client: str) -> None:
    assert callers.find(held, "sn-000001", operation) == Caller(client_id=client)


@pytest.fixture
def reader() -> WhitelistEntry:
    """A consumer in force, profile 2."""
    PolicyVersionFactory(number="1")
    grant = GrantFactory(consumption=True, ready=True, attestation_origin="not_required", establishments=[])
    ConnectionFactory(grant=grant)
    entries.certificate(grant)
    return entries.approved(grant, at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def browser() -> Client:
    return proved(agent(StaffRole.REVIEWER))


def simulated(**asked: Any) -> dict[str, Any]:
    """What the API answers."""
    client = Client(headers=bearer(Scope.VERDICTS_READ))
    answer = client.post(API, json.dumps(asked), content_type="application/json")
    assert answer.status_code == 200, answer.content
    said: dict[str, Any] = answer.json()
    return said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [
        {"operation": "patch", "element": "Location", "establishment": made.FIRST},
        {"path": f"PATCH /ws/Location?identifier=1{made.FIRST}/SSR1"},
    ],
)
def test_the_region_is_that_of_the_establishment_however_it_is_named(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch, act: dict[str, str]
) -> None:
    regional = index.build(made.document(made.entry(1, region="53")), book)
    monkeypatch.setattr(queries, "index_at", lambda *_: regional)
    EstablishmentFactory(finess=made.FIRST, region="53")
    said = simulated(client_id="ror-1", at=made.AT.isoformat(), **act)
    assert said["effect"] == "permit"
    assert "region=53" in said["link"]


QUESTIONS: list[dict[str, Any]] = [
    {"operation": "read", "element": BEDS},
    {"operation": "read", "element": "Organization.contact", "facts": {"contact_level": "3"}},
    {"case": "export-fhir", "element": "Location.equipment", "facts": {"sensitive_unit": "non"}},
    {"case": "cas-1-extraction", "element": BEDS},
    {"operation": "search", "establishment": "350054680"},
    {"operation": "patch", "element": "Location"},
]


@pytest.mark.django_db
@pytest.mark.parametrize("supposed", ["", "0", "2", "A"])
def test_the_page_at_the_address_says_what_the_api_says(reader: WhitelistEntry, browser: Client, supposed: str) -> None:
    titles = {"permit": "Permis :", "conditional": "Permis sous condition :", "deny": "Refusé :"}
    for question in QUESTIONS:
        who = {"profile": supposed} if supposed else {"client_id": reader.client_id}
        said = simulated(**who, **question)
        page = unescape(browser.get(urlsplit(said["link"])._replace(scheme="", netloc="").geturl()).content.decode())
        assert titles[said["effect"]] in page, question
        assert "Votre saisie doit être corrigée" not in page
        assert all(reason["sentence"] in page for reason in said["reasons"])
        assert all(one["label"] in page and one["sentence"] in page for one in said["alternatives"])
        if not supposed:
            verdict = Client(headers=bearer(Scope.VERDICTS_READ)).post(
                "/api/v1/verdicts", json.dumps({**who, **question, "at": said["at"]}), content_type="application/json"
            )
            assert verdict.json() == {name: said[name] for name in verdict.json()}


@pytest.mark.django_db
def test_the_api_says_what_would_change_with_profile_2(reader: WhitelistEntry) -> None:
    facts = {"sensitive_unit": "non", "capacity_status": "02", "activity_field": "01"}
    said = simulated(profile="5", operation="read", element=BEDS, facts=facts)
    assert (said["effect"], said["entry"], said["hypothetical"]) == ("deny", "", True)
    by_profile = {one["profile"]: (one["effect"], one["asked"]) for one in said["alternatives"]}
    assert by_profile["2"] == ("permit", False)
    assert by_profile["5"] == ("deny", True)
    assert simulated(profile="5", operation="read", explain=False)["reasons"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        {"operation": "read"},
        {"profile": "2", "client_id": "x", "operation": "read"},
        {"profile": "9", "operation": "read"},
        {"profile": "2"},
        {"profile": "2", "operation": "read", "who": "me"},
    ],
)
def test_nonsense_is_a_problem(asked: dict[str, str]) -> None:
    client = Client(headers=bearer(Scope.VERDICTS_READ))
    answer = client.post(API, json.dumps(asked), content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    plain = client.post("/api/v1/verdicts", json.dumps({"profile": "2", "operation": "read"}), "application/json")
    assert plain.status_code == 400  # a gateway names its caller


@pytest.mark.django_db
def test_the_address_keeps_the_instant(reader: WhitelistEntry, browser: Client) -> None:
    asked = {"environnement": "production", "appelant": reader.client_id, "operation": "read", "jour": "2026-11-20"}
    page = unescape(browser.get(PAGE, {**asked, "heure": "08:15"}).content.decode())
    link = page.split('href="/simulateur/?')[1].split('"')[0]
    assert "heure=08%3A15%3A00" in link
    assert 'value="08:15"' in page
    assert datetime.fromisoformat(simulated(client_id=reader.client_id, operation="read")["at"]).tzinfo


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"operation": ""}, "Choisissez une opération, ou un cas de récupération."),
        ({"cas": "cas-1-extraction"}, "Ce cas de récupération sert à extraire en masse : laissez l’opération vide."),
        ({"cas": "cas-9"}, "cas-9"),
        ({"region": "00"}, "00"),
        ({"heure": "25:00"}, "Heure"),
    ],
)
def test_what_is_wrong_in_the_question_is_said(
    reader: WhitelistEntry, browser: Client, changes: dict[str, str], sentence: str
) -> None:
    asked = {"environnement": "production", "appelant": reader.client_id, "operation": "read", "jour": "2026-11-20"}
    page = unescape(browser.get(PAGE, asked | changes).content.decode())
    assert "Votre saisie doit être corrigée" in page
    assert sentence in page


@pytest.mark.django_db
def test_a_day_before_any_policy_is_answered_too(reader: WhitelistEntry, browser: Client) -> None:
    asked = {"profil": "2", "operation": "read", "jour": "2001-01-01", "fait_sensitive_unit": "oui"}
    page = browser.get(PAGE, {"environnement": "production", **asked}).content.decode()
    assert "Aucune politique" in page
