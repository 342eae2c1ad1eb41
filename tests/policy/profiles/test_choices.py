"""Every contradiction of the sources is a choice with at least two readings, and each reading changes something."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client

from policy.grants import operations as grants
from policy.grants.models import Grant
from policy.grants.readiness import Fact
from policy.profiles import catalogue, cell_edit, choices, engine, portrait, rulebook_file, rulebook_text
from policy.profiles.engine import Effect
from policy.profiles.rulebook import Rulebook
from policy.verdicts import decision, index
from policy.verdicts.question import Question
from policy.whitelist import publication
from portal.accounts.roles import StaffRole
from portal.parameters import operations as parameters
from portal.parameters.catalogue import SETTINGS
from portal.tokens.scopes import Scope
from tests.factories.grants import agent
from tests.factories.parties import DigitalServiceFactory
from tests.factories.profiles import PolicyVersionFactory, shipped
from tests.factories.tokens import bearer
from tests.factories.whitelist import row

BOOK = rulebook_file.read(shipped())
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
KNOWN = {"CU18": "Orientation", "CU20": "Coordination"}


def settled(code: str, option: str) -> Rulebook:
    """The delivered policy with one choice standing on another option."""
    return cell_edit.settle(BOOK, code, option, confirmed=True)


@pytest.mark.parametrize("code", BOOK.choices)
def test_every_choice_offers_several_readings(code: str) -> None:
    choice = BOOK.choices[code]
    assert len(choice.options) > 1
    assert choice.chosen in choice.options
    assert choice.question.endswith("?")


def behaviour(book: Rulebook) -> Any:
    """All that a policy decides: every cell's rules, the proofs, the labels of roles, reads that name nobody."""
    return (
        frozenset((rule.id, rule.when) for rule in book.rules),
        choices.by_secret(book),
        tuple(choices.role_labels(book, KNOWN).items()),
        choices.anonymous_reads(book),
    )


@pytest.mark.parametrize(
    ("code", "option"), [(code, option) for code in BOOK.choices for option in BOOK.choices[code].options]
)
def test_each_reading_changes_what_the_portal_does_and_is_kept_by_the_file(code: str, option: str) -> None:
    book = settled(code, option)
    assert (behaviour(book) == behaviour(BOOK)) is (option == BOOK.choices[code].chosen)
    again = rulebook_file.read(rulebook_text.write(book))
    assert behaviour(again) == behaviour(book)
    assert again.choices[code].confirmed


def test_profile_five_by_secret_is_told_and_needs_no_certificate() -> None:
    book = settled("profil-5-preuve", "secret")
    assert choices.by_secret(book) == {"0", "5"}
    assert portrait.of(book, "5").proof == "Identifiant client et secret"
    assert portrait.of(BOOK, "5").proof == "Certificat IGC-Santé"
    entry = row(feeding_profiles="", access_profile=5, establishments=[], certificates=[])
    assert publication.fault(entry, "production") == "aucun certificat"
    assert publication.fault(replace(entry, by_secret=True), "production") is None


@pytest.mark.django_db
@pytest.mark.parametrize(("option", "needs"), [("certificat", True), ("secret", False)])
def test_the_policy_of_the_day_decides_how_a_right_proves_itself(option: str, needs: bool) -> None:
    PolicyVersionFactory(source=rulebook_text.write(settled("profil-5-preuve", option)))
    made: Grant = grants.grant(
        DigitalServiceFactory(),
        direction="consumption",
        access_profile=5,
        decision_reference="D-2026-0001",
        decided_at=AT,
        by=agent(StaffRole.SECRETARY),
        at=AT,
    )
    assert made.needs_certificate is needs


def test_the_letter_of_the_charter_opens_no_read() -> None:
    book = settled("profil-inscrit", "alimentation")
    for code in sorted(catalogue.CODES):
        reads = engine.effect(
            book, profiles=frozenset({code}), operation="read", element="Organization.description", facts={}
        )
        assert reads is Effect.DENY


def test_calls_that_name_nobody_read_what_is_open_to_all_where_the_agency_says_so() -> None:
    said = publication.content([row()], environment="production", policy_version="1")
    body = publication.document(said, version=1, issued_at=AT, expires_at=AT + publication.LIFE)
    document = orjson.loads(body)
    asked = Question("read", AT, element="Organization.description")
    effects = {
        option: decision.decide(index.build(document, settled("acces-authentifie", option)), asked)
        for option in ("toujours", "libre")
    }
    assert effects["toujours"].reasons[0].code == "caller"
    assert effects["libre"].effect is Effect.PERMIT
    assert effects["libre"].entry == ""
    closed = index.build(document, settled("acces-authentifie", "libre"))
    assert decision.effect(closed, asked._replace(element="Organization.orsan")) is Effect.DENY
    assert decision.effect(closed, asked._replace(operation="patch", establishment="350054680")) is Effect.DENY


@pytest.mark.django_db
@pytest.mark.parametrize(("option", "status"), [("toujours", 400), ("libre", 200)])
def test_the_api_takes_a_question_without_caller_where_the_agency_says_so(option: str, status: int) -> None:
    PolicyVersionFactory(source=rulebook_text.write(settled("acces-authentifie", option)))
    answer = Client().post(
        "/api/v1/verdicts",
        {"operation": "read", "element": "Organization.description"},
        content_type="application/json",
        headers=bearer(Scope.VERDICTS_READ),
    )
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["effect"] == "permit"


def test_a_role_is_named_as_the_agency_reads_it() -> None:
    assert choices.role_labels(BOOK, KNOWN) == KNOWN
    assert "Orientation" in choices.role_labels(settled("role-cu20", "platines"), KNOWN)["CU20"]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [True, False])
def test_the_attestation_of_an_ordering_customer_is_asked_unless_the_setting_says_not(asked: bool) -> None:
    if not asked:
        row = parameters.set_value(
            "request.ordering_customer", False, by=agent(StaffRole.ADMINISTRATOR), reason="Choix", at=AT
        )
        parameters.approve(row, by=agent(StaffRole.ADMINISTRATOR), at=AT)
    made = grants.grant(
        DigitalServiceFactory(),
        direction="consumption",
        access_profile=2,
        decision_reference="D-2026-0001",
        decided_at=AT,
        by=agent(StaffRole.SECRETARY),
        at=AT,
    )
    assert made.standings[Fact.ATTESTATION].holds is not asked
    assert bool(made.attestation_evidence) is not asked


def test_the_note_on_contradictions_names_every_choice_and_settings_that_exist() -> None:
    note = (Path(__file__).resolve().parents[3] / "docs" / "decisions" / "20-contradictions.md").read_text()
    named = set(re.findall(r"`([a-z0-9._*-]+)`", note))
    settings = {name for name in named if "." in name}
    assert len(settings) == 7
    assert settings <= SETTINGS.keys()
    patterns = [name for name in named if "-" in name and "." not in name]
    assert {code for code in BOOK.choices if any(fnmatch(code, name) for name in patterns)} == set(BOOK.choices)
    assert all(any(fnmatch(code, name) for code in BOOK.choices) for name in patterns)
