"""Acts on many dossiers: each is done or refused by itself, the report says exactly which, and some are undone."""

from datetime import timedelta

import pytest
from django.db import transaction

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.workbench.batch import MOST, BatchAct
from onboarding.workbench.operations import batching
from onboarding.workbench.operations.batching import Order
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.audit.queries import about, sentences
from portal.lifecycle.errors import NotPermitted, Refused
from portal.parties import operations as parties
from tests.factories.candidacies import CandidacyFactory, reviewer, secretary
from tests.factories.committee import SessionFactory
from tests.factories.grants import agent
from tests.factories.parties import NOW

pytestmark = pytest.mark.django_db
TAKE = Order(BatchAct.TAKE)


def submitted(count: int) -> list[str]:
    """The references of that many deposited dossiers."""
    return [one.reference for one in CandidacyFactory.create_batch(count, direction="feeding", submitted=True)]


def refused(batch) -> list[str]:
    return [line.reference for line in batch.report if not line.is_done]


@pytest.mark.slow
def test_one_bad_dossier_at_each_position_of_fifty_is_the_one_reported() -> None:
    boss, references = reviewer(), submitted(50)
    for position, bad in enumerate(references):
        with transaction.atomic():
            Candidacy.objects.filter(reference=bad).update(state=State.COMPLETE, completed_at=NOW)
            batch = batching.run(TAKE, references, by=boss, at=NOW)
            assert refused(batch) == [bad], position
            assert [line.reference for line in batch.report] == references
            states = dict(Candidacy.objects.values_list("reference", "state"))
            assert {key for key, state in states.items() if state != State.UNDER_REVIEW} == {bad}
            assert AuditEvent.objects.filter(action="candidacies.take").count() == 49
            transaction.set_rollback(True)


def test_a_dossier_that_refuses_leaves_no_trace_and_the_others_are_done() -> None:
    boss, references = reviewer(), submitted(3)
    Candidacy.objects.filter(reference=references[1]).update(state=State.COMPLETE, completed_at=NOW)
    batch = batching.run(TAKE, [*references, "C-1999-0001", references[0]], by=boss, at=NOW)
    assert [(line.reference, line.is_done) for line in batch.report] == [
        (references[0], True),
        (references[1], False),
        (references[2], True),
        ("C-1999-0001", False),
    ]
    assert "est à l’état « Complète »" in batch.report[1].sentence
    assert batch.report[3].sentence == batching.UNKNOWN
    told = sentences(about(batch.reference))[0].sentence
    assert told == f"{boss} a lancé {batch} (« prendre en charge ») : 2 dossiers faits, 2 refusés"
    assert not batch.is_undoable


def test_a_batch_of_none_or_of_too_many_is_refused() -> None:
    with pytest.raises(Refused, match="Cochez"):
        batching.run(TAKE, [], by=reviewer(), at=NOW)
    with pytest.raises(Refused, match="au plus"):
        batching.run(TAKE, [f"C-2026-{n}" for n in range(MOST + 1)], by=reviewer(), at=NOW)
    with pytest.raises(NotPermitted):
        batching.run(TAKE, submitted(1), by=agent(StaffRole.TEST_VERIFIER), at=NOW)


def test_an_assignment_is_undone_where_nobody_gave_the_dossier_to_another_since() -> None:
    boss, new, third, references = reviewer(), reviewer(), reviewer(), submitted(3)
    Candidacy.objects.filter(reference=references[0]).update(reviewer=boss)
    batch = batching.run(Order(BatchAct.ASSIGN, reviewer=new), references, by=boss, at=NOW)
    assert set(Candidacy.objects.values_list("reviewer", flat=True)) == {new.pk}
    Candidacy.objects.filter(reference=references[2]).update(reviewer=third)
    with pytest.raises(NotPermitted, match="Seule la personne"):
        batching.undo(batch, by=new, at=NOW)
    batching.undo(batch, by=boss, at=NOW + timedelta(hours=1))
    holders = dict(Candidacy.objects.values_list("reference", "reviewer"))
    assert holders == {references[0]: boss.pk, references[1]: None, references[2]: third.pk}
    assert refused(batch) == [references[2]]
    assert not batch.is_undoable


def test_undoing_leaves_a_dossier_that_was_closed_since() -> None:
    boss, new, references = reviewer(), reviewer(), submitted(2)
    batch = batching.run(Order(BatchAct.ASSIGN, reviewer=new), references, by=boss, at=NOW)
    owner = Candidacy.objects.get(reference=references[0]).service.owner_id
    parties.close_readings([boss], [owner], source="C-1999-0001", at=NOW)
    batching.undo(batch, by=boss, at=NOW + timedelta(hours=1))
    assert dict(Candidacy.objects.values_list("reference", "reviewer")) == {references[0]: new.pk, references[1]: None}
    assert [line.sentence for line in batch.report] == [batching.CLOSED, "Rendue à personne."]


def test_following_is_undone_and_what_was_told_is_not() -> None:
    boss, references = reviewer(), submitted(2)
    batch = batching.run(Order(BatchAct.FOLLOW), references, by=boss, at=NOW)
    assert boss.follows.filter(state="following").count() == 2
    batching.undo(batch, by=boss, at=NOW)
    assert boss.follows.filter(state="following").count() == 0
    told = batching.run(Order(BatchAct.WRITE, text="Bonjour."), references, by=boss, at=NOW)
    with pytest.raises(Refused, match="ne se défait pas"):
        batching.undo(told, by=boss, at=NOW)


def test_many_are_entered_on_an_agenda_in_order() -> None:
    session = SessionFactory()
    complete = [one.reference for one in CandidacyFactory.create_batch(2, direction="feeding", complete=True)]
    order = Order(BatchAct.ENTER, session=session)
    batch = batching.run(order, [*complete, *submitted(1)], by=secretary(), at=NOW)
    assert [line.sentence for line in batch.report][:2] == [
        f"Inscrite à l’ordre du jour de {session.reference}, point {rank}." for rank in (1, 2)
    ]
    assert "n’est pas complète" in batch.report[2].sentence
    assert not batching.run(order, complete, by=reviewer(), at=NOW).done, "a reviewer keeps no agenda"
