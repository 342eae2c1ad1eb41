"""The reader of PLATINES reports: real shapes, recomputed statuses, faults named with their place."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.campaigns import report as reports
from onboarding.campaigns.report import UnreadableReport, read
from onboarding.campaigns.results import Priority, Status
from tests.factories.campaigns import case, report, session

DATA = Path(__file__).parent / "data"
DETAIL = (DATA / "session-detail-server.json").read_bytes()


def refused(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableReport) as fault:
        read(data)
    assert words in fault.value.sentence
    assert fault.value.sentence.endswith(".")


def test_read_takes_the_real_shape() -> None:
    found = read(DETAIL)
    assert (found.session, found.uuid) == (4812, "0f3a1c0e-6f0b-4a54-9c1f-6d1f2f0b7a11")
    assert found.executed_at == datetime(2026, 3, 12, 9, 14, 5, tzinfo=UTC)
    assert found.description == "ROR MEV2.4 - profil 1 - recette du 12/03/2026"
    [only] = found.cases
    assert (only.name, only.priority) == ("1- Lecture EG sans filtre pour le Profil 1", Priority.CRITICAL)
    assert (only.status, only.steps, only.failed_steps) == (Status.FAILURE, 2, ("Controle profil",))


@pytest.mark.parametrize(
    ("name", "words"),
    [("session-list.json", "liste de sessions"), ("driver-test-result.json", "résultat d’un pilote de tests")],
)
def test_read_tells_the_other_exports_apart(name: str, words: str) -> None:
    refused((DATA / name).read_bytes(), words)


@pytest.mark.parametrize("length", [0, 1, 100, len(DETAIL) // 2, len(DETAIL) - 3])
def test_read_says_where_a_truncated_report_stops(length: int) -> None:
    refused(DETAIL[:length], "la lecture s’arrête ligne")


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["SUCCESS"], Status.SUCCESS),
        (["SUCCESS", "SUCCESS"], Status.SUCCESS),
        (["SUCCESS", "FAILURE"], Status.FAILURE),
        (["FAILURE", "ERROR", "SUCCESS"], Status.ERROR),
        (["SUCCESS", "NONEXECUTE"], Status.NOT_RUN),
        (["SUCCESS", "PENDING"], Status.NOT_RUN),
        (["WAITING"], Status.NOT_RUN),
        (["NONEXECUTE", "FAILURE"], Status.FAILURE),
        ([], Status.NOT_RUN),
    ],
)
def test_status_comes_from_the_steps_and_not_from_what_the_case_says(steps: list[str], status: Status) -> None:
    assert read(report(case("un", *steps))).cases[0].status == status


@pytest.mark.parametrize(
    ("criticality", "priority"),
    [("2", Priority.CRITICAL), ("1", Priority.MAJOR), ("0", Priority.MINOR), (None, Priority.UNSET)],
)
def test_priority_comes_from_the_criticality(criticality: str | None, priority: Priority) -> None:
    assert read(report(case("un", "SUCCESS", criticality=criticality))).cases[0].priority == priority


def test_a_case_without_criticality_has_no_priority() -> None:
    bare = case("un", "SUCCESS")
    del bare["criticality"]
    assert read(report(bare)).cases[0].priority == Priority.UNSET


def test_one_scenario_keeps_its_key_over_sessions_and_twins_differ() -> None:
    first = read(report(case("un", "SUCCESS"), case("un", "FAILURE")))
    second = read(report(case("un", "ERROR"), case("deux", "SUCCESS"), id=9))
    assert first.cases[0].key == second.cases[0].key
    assert len({result.key for result in (*first.cases, *second.cases)}) == 3


@pytest.mark.parametrize("status", ["PENDING", "CANCELED", "ERROR", "NONEXECUTE", "WAITING"])
def test_a_session_that_is_not_over_is_refused(status: str) -> None:
    refused(report(case("un", "SUCCESS"), sessionStatus=status), "La session n’est pas terminée")


def broken(change: Any) -> bytes:
    value = session(case("un", "SUCCESS"))
    change(value)
    return json.dumps(value).encode()


STEP = "projectResults[0].testSuites[0].testCases[0].testSteps[0]"


def step_of(value: dict[str, Any]) -> dict[str, Any]:
    return value["projectResults"][0]["testSuites"][0]["testCases"][0]["testSteps"][0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v.pop("projectResults"), "projectResults doit être une liste"),
        (lambda v: v.update(projectResults={}), "projectResults doit être une liste"),
        (lambda v: v.update(projectResults=[3]), "projectResults[0] doit être un objet"),
        (lambda v: v.update(sessionStatus="FINI"), "sessionStatus doit être l’une des valeurs « FINISHED »"),
        (lambda v: v.update(sessionStatus=None), "sessionStatus doit être un texte"),
        (lambda v: v.update(id="4812"), "id doit être un nombre entier"),
        (lambda v: v.update(id=True), "id doit être un nombre entier"),
        (lambda v: v.update(id=-1), "id doit être un nombre entier positif"),
        (lambda v: v.update(id=2**70), "id doit être un nombre entier positif"),
        (lambda v: v.update(executionDate="hier"), "executionDate doit être une date ISO 8601"),
        (lambda v: v.update(executionDate="2026-03-12T09:14:05"), "avec son fuseau"),
        (lambda v: v["projectResults"][0].update(name=""), "projectResults[0].name doit être un texte non vide"),
        (lambda v: v["projectResults"][0].pop("testSuites"), "projectResults[0].testSuites doit être une liste"),
        (lambda v: step_of(v).update(resultStatus="OK"), f"{STEP}.resultStatus doit être l’une des valeurs"),
        (lambda v: step_of(v).pop("resultStatus"), f"{STEP}.resultStatus doit être un texte"),
        (lambda v: step_of(v).update(name=None), f"{STEP}.name doit être un texte"),
        (
            lambda v: v["projectResults"][0]["testSuites"][0]["testCases"][0].update(criticality=2),
            "testCases[0].criticality doit être un texte",
        ),
        (
            lambda v: v["projectResults"][0]["testSuites"][0]["testCases"][0].update(criticality="3"),
            "testCases[0].criticality doit être l’une des valeurs « 2 », « 1 », « 0 »",
        ),
        (lambda v: v.update(projectResults=[]), "aucun cas de test"),
    ],
)
def test_a_wrong_shape_is_named_with_its_place(change: Any, words: str) -> None:
    refused(broken(change), words)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe{}", "n’est pas du texte UTF-8"),
        (b"[" * 200_000, "rapport"),
        (b'{"id": ' + b"9" * 5000 + b"}", "rapport"),
        (b'{"id": NaN}', "n’est pas un rapport"),
        (b"null", "la racine doit être un objet"),
        (b'"texte"', "la racine doit être un objet"),
        (b"12", "la racine doit être un objet"),
        (b"%PDF-1.7", "la lecture s’arrête ligne 1, colonne 1"),
    ],
)
def test_what_is_no_report_is_refused(data: bytes, words: str) -> None:
    refused(data, words)


def test_too_many_cases_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MAX_CASES", 2)
    refused(report(*[case(f"cas {n}", "SUCCESS") for n in range(3)]), "dépasse 2 cas de test")


def test_names_are_bounded_and_kept_on_one_line() -> None:
    found = read(report(case("un\n deux \x00" + "x" * 500, "SUCCESS"))).cases[0].name
    assert found.startswith("un deux \ufffd")
    assert len(found) == reports.MAX_NAME


def test_counts_add_up() -> None:
    found = read(report(case("a", "SUCCESS"), case("b", "FAILURE"), case("c")))
    assert found.counts == {Status.SUCCESS: 1, Status.FAILURE: 1, Status.NOT_RUN: 1}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["id", "sessionStatus", "projectResults", "uuid", "description", "executionDate", "suiteResults"]
)


@given(st.binary(max_size=200))
def test_read_never_raises_anything_else_on_bytes(data: bytes) -> None:
    with pytest.raises(UnreadableReport):
        read(data)


@given(FIELDS, JSON)
def test_read_never_raises_anything_else_on_odd_values(field: str, value: Any) -> None:
    try:
        read(report(case("un", "SUCCESS"), **{field: value}))
    except UnreadableReport:
        return


@given(st.sampled_from(["name", "criticality", "testSteps", "resultStatus"]), JSON)
def test_read_never_raises_anything_else_on_odd_cases(field: str, value: Any) -> None:
    try:
        read(report(case("un", "SUCCESS") | {field: value}))
    except UnreadableReport:
        return
