"""Retrieval cases in questions: the case gives the operation, and what it never carries is refused with its sentence."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from policy.profiles import rulebook_file
from policy.profiles.engine import Effect
from policy.profiles.rulebook import Rulebook
from policy.verdicts import decision, index
from policy.verdicts.question import Question
from policy.whitelist.models import WhitelistEntry
from portal.tokens.scopes import Scope
from tests.factories import verdicts as made
from tests.factories import whitelist as entries
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.profiles import PolicyVersionFactory
from tests.factories.tokens import bearer

BEDS, OFFERS = "Location.supported-capacity", "HealthcareService.description"


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def held(book: Rulebook) -> index.Index:
    reader = made.entry(1, feeding_profiles=[], access_profile=1, establishments=[], client_id="lecteur")
    return index.build(made.document(reader), book)


def ask(held: index.Index, **more: Any) -> decision.Verdict:
    given: dict[str, Any] = {"operation": None, "at": made.AT, "client_id": "lecteur", **more}
    return decision.decide(held, Question(**given))


def test_a_case_stands_for_its_operation(held: index.Index, book: Rulebook) -> None:
    for code, case in book.cases.items():
        said, plain = ask(held, case=code, element=OFFERS), ask(held, operation=case.operation, element=OFFERS)
        assert (said.effect, said.reasons) == (plain.effect, plain.reasons) == (Effect.PERMIT, plain.reasons)


@pytest.mark.parametrize("element", [BEDS, "ror-location-supported-capacity"])
def test_what_a_case_never_carries_is_refused_with_its_source(held: index.Index, book: Rulebook, element: str) -> None:
    for code, case in book.cases.items():
        said = ask(held, case=code, element=element)
        if BEDS not in case.excludes:
            assert said.effect is Effect.PERMIT
            continue
        assert said.effect is Effect.DENY
        assert said.reasons[0].code == "case_excluded"
        assert case.because in said.reasons[0].sentence
        assert case.article in said.reasons[0].source


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"case": "cas-9"}, "case_unknown"),
        ({"case": "export-fhir", "operation": "read"}, "case_contradicted"),
        ({"case": 7}, "malformed"),
        ({"case": ""}, "no_operation"),
    ],
)
def test_a_case_that_says_nothing_is_refused(held: index.Index, more: dict[str, Any], code: str) -> None:
    said = ask(held, **more)
    assert (said.effect, said.reasons[0].code) == (Effect.DENY, code)


def test_a_case_gives_no_right_of_its_own(held: index.Index) -> None:
    assert ask(held, case="export-fhir", client_id="inconnu").reasons[0].code == "unknown_caller"


@pytest.fixture
def reader() -> WhitelistEntry:
    """A consumer in force, profile 2."""
    PolicyVersionFactory(number="1")
    grant = GrantFactory(consumption=True, ready=True, attestation_origin="not_required", establishments=[])
    ConnectionFactory(grant=grant)
    entries.certificate(grant)
    return entries.approved(grant, at=timezone.now() - timedelta(hours=1))


@pytest.mark.django_db
def test_a_batch_asks_every_case_at_once(reader: WhitelistEntry, book: Rulebook) -> None:
    facts = {"sensitive_unit": "non", "capacity_status": "01"}
    asked = [{"client_id": reader.client_id, "case": code, "element": BEDS, "facts": facts} for code in book.cases]
    answer = Client(headers=bearer(Scope.VERDICTS_READ)).post(
        "/api/v1/verdicts", json.dumps(asked), content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    expected = ["deny" if BEDS in case.excludes else "permit" for case in book.cases.values()]
    assert [said["effect"] for said in answer.json()] == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more", [{"case": "x" * 61, "operation": "read"}, {"case": "export-fhir", "path": "PATCH /Location"}, {}]
)
def test_nonsense_about_a_case_is_a_problem(reader: WhitelistEntry, more: dict[str, str]) -> None:
    asked = {"client_id": reader.client_id, **more}
    answer = Client(headers=bearer(Scope.VERDICTS_READ)).post(
        "/api/v1/verdicts", asked, content_type="application/json"
    )
    assert answer.status_code == 400
