"""Delays read from what was really done: journal, decisions, letters, tests."""

from datetime import timedelta

import pytest

from onboarding.candidacies import operations as candidacies
from onboarding.figures.delays import Stage
from onboarding.figures.queries import delays
from portal.documents.kinds import Kind
from tests.factories.candidacies import CandidacyFactory, answer_grid, fillable, representative, reviewer
from tests.factories.committee import AgendaItemFactory, DecisionFactory
from tests.factories.desk import walked
from tests.factories.documents import StoredDocumentFactory
from tests.factories.parties import NOW

pytestmark = pytest.mark.django_db


def test_delays_are_those_of_the_journal_and_of_the_rows() -> None:
    """NOW is a Tuesday: taken on Thursday, complete on the Monday after; decided on Tuesday, letter on Wednesday."""
    agent, candidacy = reviewer(), CandidacyFactory(direction="feeding", submitted=True)
    candidacies.take(candidacy, by=agent, at=NOW + timedelta(days=2))
    answer_grid(candidacy)
    candidacies.declare_complete(candidacy, by=agent, at=NOW + timedelta(days=6))
    decided = NOW + timedelta(days=7)
    DecisionFactory(item=AgendaItemFactory(candidacy=candidacy), recorded_at=decided)
    StoredDocumentFactory(
        kind=Kind.NOTIFICATION_LETTER, subject_reference=candidacy.reference, issued_at=decided + timedelta(days=1)
    )
    found = delays.measured(NOW + timedelta(days=10)).overall
    assert {stage.value: measure.p50 for stage, measure in found.items() if measure.count} == {
        "instruction": 2,
        "comite": 1,
        "courrier": 1,
    }


def test_deposit_opens_the_delays_of_the_journal(monkeypatch) -> None:
    candidacy = fillable(direction="feeding")
    monkeypatch.setattr("onboarding.candidacies.queries.missing", lambda *_, **__: [])
    boss, agent = representative(candidacy), reviewer()
    candidacies.submit(candidacy, by=boss, at=NOW)
    candidacies.take(candidacy, by=agent, at=NOW + timedelta(days=3))
    found = delays.measured(NOW + timedelta(days=10)).overall[Stage.TAKE]
    assert (found.count, found.p50) == (1, 3)
    assert delays.measured(NOW + timedelta(days=500)).overall[Stage.TAKE].count == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_delays_cost_the_same_for_any_number_of_dossiers(rows, django_assert_num_queries) -> None:
    for _ in range(rows):
        walked()
    with django_assert_num_queries(5):
        measured = delays.measured(NOW + timedelta(days=1))
    assert measured.publishable == []
