"""POST /api/v1/verdicts: who may ask, what is refused as nonsense, what is permitted and denied, in batches too."""

import base64
import hashlib
import json
import ssl
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from policy.verdicts import queries
from policy.whitelist.models import WhitelistEntry
from portal.tokens.scopes import Scope
from tests.factories import certificates
from tests.factories import whitelist as entries
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.profiles import PolicyVersionFactory
from tests.factories.tokens import bearer

pytestmark = pytest.mark.django_db
URL = "/api/v1/verdicts"
INSIDE, OUTSIDE = "350054680", "750712184"


@pytest.fixture
def entry() -> WhitelistEntry:
    """An entry in force in production: profile A, two establishments."""
    PolicyVersionFactory(number="1")
    return entries.approved(at=timezone.now() - timedelta(hours=1))


def post(body: Any, *, authorization: dict[str, str] | None = None, content_type: str = "application/json") -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    given = bearer(Scope.VERDICTS_READ) if authorization is None else authorization
    return Client(headers=given).post(URL, data, content_type=content_type)


def question(entry: WhitelistEntry, **changes: Any) -> dict[str, Any]:
    given = {"client_id": entry.client_id, "operation": "patch", "establishment": INSIDE}
    return {key: value for key, value in (given | changes).items() if value is not None}


def test_verdict_permits_a_write_inside_the_list(entry: WhitelistEntry) -> None:
    answer = post(question(entry))
    assert answer.status_code == 200
    said = answer.json()
    assert (said["effect"], said["entry"], said["environment"]) == ("permit", entry.reference, "production")
    assert (said["policy_version"], said["publication_version"]) == ("1", 1)
    assert [(reason["code"], reason["rule"]) for reason in said["reasons"]] == [("rule_permits", "ALIM-A")]
    assert said["reasons"][0]["source"].startswith("Charte")


def test_verdict_denies_a_write_outside_the_list_with_its_reasons(entry: WhitelistEntry) -> None:
    said = post(question(entry, establishment=OUTSIDE)).json()
    assert said["effect"] == "deny"
    assert [reason["code"] for reason in said["reasons"]] == ["establishment_outside", "condition_unmet"]
    assert said["reasons"][0]["sentence"].startswith(f"L’établissement {OUTSIDE} n’est pas dans la liste")


@pytest.mark.parametrize("given", ["fingerprint", "colons", "path"])
def test_verdict_takes_the_caller_and_the_call_as_gateways_hold_them(entry: WhitelistEntry, given: str) -> None:
    fingerprint = entry.certificates.get().fingerprint
    upper = ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
    path = f"PATCH /ws-synchro-dispo-lits-fhir/Location?identifier=1{INSIDE}/SSR1"
    asked = {
        "fingerprint": {"fingerprint": fingerprint, "operation": "patch", "establishment": INSIDE},
        "colons": {"fingerprint": upper, "operation": "patch", "establishment": INSIDE},
        "path": {"client_id": entry.client_id, "path": path},
    }
    assert post(asked[given]).json()["effect"] == "permit"


def test_verdict_takes_a_pasted_certificate() -> None:
    PolicyVersionFactory(number="1")
    grant = GrantFactory(ready=True)
    ConnectionFactory(grant=grant)
    pem = certificates.issued()
    entries.certificate(
        grant, fingerprint=hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode())).hexdigest(), pem=pem.decode()
    )
    entries.approved(grant, at=timezone.now() - timedelta(hours=1))
    der = base64.b64encode(ssl.PEM_cert_to_DER_cert(pem.decode())).decode()
    for certificate in (pem.decode(), der):
        asked = {"certificate": certificate, "operation": "patch", "establishment": INSIDE}
        assert post(asked).json()["effect"] == "permit"


def test_verdict_refuses_a_private_key_and_says_to_revoke() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n-----END PRIVATE KEY-----\n"
    answer = post({"certificate": key, "operation": "patch", "establishment": INSIDE})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["field"] == "certificate"
    assert "révoquez" in error["detail"]
    assert "MIIE" not in answer.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"establishment": INSIDE},
        {"establishment": "750712184"},
        {"establishment": INSIDE, "element": "HealthcareService.location"},
        {"establishment": INSIDE, "client_id": "inconnu"},
        {"establishment": INSIDE, "operation": "delete"},
        {},
    ],
)
def test_every_answer_costs_the_same_queries_so_that_its_time_tells_nothing(
    entry: WhitelistEntry, asked: dict[str, Any], django_assert_num_queries: Any
) -> None:
    question = {"client_id": entry.client_id, "operation": "patch"} | asked
    authorization = bearer(Scope.VERDICTS_READ)
    post(question, authorization=authorization)
    with django_assert_num_queries(2):  # the token, the versions
        assert post(question, authorization=authorization).status_code == 200


def test_verdict_denies_without_any_publication() -> None:
    said = post({"client_id": "ror-1", "operation": "read"}).json()
    assert (said["effect"], said["reasons"][0]["code"], said["publication_version"]) == ("deny", "no_publication", 0)


def test_verdict_without_explanation_has_no_reasons(entry: WhitelistEntry) -> None:
    said = post(question(entry, explain=False)).json()
    assert (said["effect"], said["reasons"]) == ("permit", [])


def test_verdict_answers_for_the_instant_asked(entry: WhitelistEntry) -> None:
    said = post(question(entry, at="2025-06-01T00:00:00Z")).json()
    assert said["reasons"][0]["code"] == "not_yet_effective"
    assert datetime.fromisoformat(said["at"]) == datetime.fromisoformat("2025-06-01T00:00:00Z")


def test_batch_gets_one_verdict_per_question_in_order(entry: WhitelistEntry, django_assert_num_queries: Any) -> None:
    asked = [question(entry), question(entry, establishment=OUTSIDE), question(entry, operation="read")] * 10
    authorization = bearer(Scope.VERDICTS_READ)
    post(asked, authorization=authorization)
    with django_assert_num_queries(2):  # the token, the versions
        answer = post(asked, authorization=authorization)
    assert [said["effect"] for said in answer.json()] == ["permit", "deny", "deny"] * 10


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({}, "", "Nommez l’appelant par une seule rubrique"),
        ({"client_id": "x", "fingerprint": "a" * 64, "operation": "read"}, "", "Nommez l’appelant par une seule"),
        ({"client_id": "x"}, "operation", "Dites l’opération demandée"),
        ({"client_id": "x", "operation": "read", "eg": "1"}, "eg", "Cette rubrique n’existe pas."),
        ({"fingerprint": "abc", "operation": "read"}, "fingerprint", "64 chiffres hexadécimaux"),
        ({"certificate": "bonjour", "operation": "read"}, "certificate", "certificat"),
        ({"client_id": ["x"], "operation": "read"}, "client_id", "Chaîne"),
        ({"client_id": "x" * 201, "operation": "read"}, "client_id", "200"),
        ({"client_id": "x", "operation": "read", "environment": "prod"}, "environment", "prod"),
        ({"client_id": "x", "operation": "read", "at": "hier"}, "at", "format"),
        ({"client_id": "x", "operation": "read", "at": "0001-01-01T00:00:00"}, "at", "entre 2000 et 2100"),
        ({"client_id": "x", "operation": "read", "at": "9999-12-31T23:59:59Z"}, "at", ""),
        ({"client_id": "x", "operation": "read", "facts": [1]}, "facts", "dictionnaire"),
        ({"client_id": "x", "operation": "read", "facts": {str(n): "1" for n in range(21)}}, "facts", "20 faits"),
        ({"client_id": "x", "operation": "read", "explain": "peut-être"}, "explain", "booléen"),
        ('"texte"', "", ""),
        (3, "", ""),
        (None, "", ""),
        ([], "", "de 1 à 100 questions"),
        ([{"client_id": "x", "operation": "read"}] * 101, "", "de 1 à 100 questions"),
        ([{"client_id": "x", "operation": "read"}, {"client_id": "x"}], "1.operation", "Dites l’opération"),
        ([{"client_id": "x", "operation": "read"}, 4], "1.", ""),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_french_at_its_field(body: Any, field: str, sentence: str) -> None:
    answer = post(body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert problem["title"] == "Demande invalide"
    assert any(error["field"].startswith(field) and sentence in error["detail"] for error in problem["errors"])


@pytest.mark.parametrize("body", ["{", b"\xff", "[" * 100_000, "", '{"client_id": "\\ud800"}', "[NaN]"])
def test_unreadable_json_is_a_problem_and_never_a_failure(body: str | bytes) -> None:
    answer = post(body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_other_content_and_methods_are_problems() -> None:
    assert post("a=b", content_type="application/x-www-form-urlencoded").status_code == 415
    assert Client(headers=bearer(Scope.VERDICTS_READ)).get(URL).status_code == 405


@pytest.mark.parametrize(
    ("authorization", "status"), [("", 401), ("Bearer ror_0000000000_inconnu", 401), ("Basic eDp5", 401)]
)
def test_an_unknown_caller_of_the_api_is_sent_away(authorization: str, status: int) -> None:
    answer = post({"client_id": "x", "operation": "read"}, authorization={"Authorization": authorization})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_token_without_the_scope_is_refused_by_name() -> None:
    answer = post({"client_id": "x", "operation": "read"}, authorization=bearer(Scope.WHITELIST_READ))
    assert answer.status_code == 403
    assert "verdicts:read" in answer.json()["detail"]


def test_the_published_index_is_the_one_asked(entry: WhitelistEntry) -> None:
    assert post(question(entry, environment="sandbox")).json()["reasons"][0]["code"] == "no_publication"
    assert queries.index_at("production", timezone.now()).version == 1


def test_a_token_bound_to_an_environment_asks_no_other(entry: WhitelistEntry) -> None:
    caller = bearer(Scope.VERDICTS_READ, environments=["production"])
    assert post(question(entry), authorization=caller).json()["effect"] == "permit"
    elsewhere = question(entry, environment="sandbox")
    for body in (elsewhere, [question(entry), elsewhere]):
        refused = post(body, authorization=caller)
        assert refused.status_code == 403
        assert refused.json()["detail"] == "Ce jeton ne sert que l’environnement « production »."
    simulated = Client(headers=caller).post(f"{URL}/simulation", elsewhere, content_type="application/json")
    assert simulated.status_code == 403
