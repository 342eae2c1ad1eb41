"""Two secretaries at once: the result is that of one of them, with exactly its effects."""

from datetime import date

import pytest

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive
from policy.grants.models import Grant
from portal.audit.queries import verify
from portal.lifecycle.errors import Refusal
from portal.outbox.models import OutboxMessage
from tests.factories.at_once import at_once
from tests.factories.candidacies import CandidacyFactory, secretary
from tests.factories.committee import AgendaItemFactory, SessionFactory

pytestmark = pytest.mark.django_db(transaction=True)

ADMIT = Ruling(Outcome.ADMIT, Profiles(frozenset("A")))
REFUSE = Ruling(Outcome.REFUSE, Profiles(), "Hors périmètre.", motives=(Motive.PURPOSE,))


def test_opposite_decisions_at_once_leave_one_with_its_own_effects(now) -> None:
    for _ in range(5):
        item, person = AgendaItemFactory(), secretary()
        raised = at_once(
            lambda item=item, person=person: operations.record_decision(
                AgendaItem.objects.get(pk=item.pk), ruling=ADMIT, by=person, at=now
            ),
            lambda item=item, person=person: operations.record_decision(
                AgendaItem.objects.get(pk=item.pk), ruling=REFUSE, by=person, at=now
            ),
        )
        assert [isinstance(failure, Refusal) for failure in raised] == [True]
        decision = Decision.objects.get(item=item)
        candidacy = Candidacy.objects.get(pk=item.candidacy_id)
        admitted = decision.outcome == Outcome.ADMIT
        assert candidacy.state == (State.ADMITTED if admitted else State.REFUSED)
        assert Grant.objects.filter(service=candidacy.service).count() == (1 if admitted else 0)
    assert OutboxMessage.objects.filter(effect="onboarding.committee.notify_decision").count() == 5
    assert verify().holds


def test_candidacy_entered_at_two_sessions_at_once_is_on_one(now) -> None:
    first, second = SessionFactory(), SessionFactory(held_on=date(2026, 6, 2))
    candidacy, person = CandidacyFactory(complete=True, direction="feeding"), secretary()
    raised = at_once(
        *(
            lambda pk=session.pk: operations.enter_on_agenda(
                CommitteeSession.objects.get(pk=pk), candidacy, by=person, at=now
            )
            for session in (first, second)
        )
    )
    assert [isinstance(failure, Refusal) for failure in raised] == [True]
    assert AgendaItem.objects.count() == 1


def test_points_entered_at_once_have_their_own_positions(now) -> None:
    session, person = SessionFactory(), secretary()
    candidacies = CandidacyFactory.create_batch(4, complete=True, direction="feeding")
    raised = at_once(
        *(
            lambda candidacy=candidacy: operations.enter_on_agenda(
                CommitteeSession.objects.get(pk=session.pk), candidacy, by=person, at=now
            )
            for candidacy in candidacies
        )
    )
    assert raised == []
    assert sorted(session.items.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_session_closed_while_a_decision_is_recorded_keeps_every_point_decided(now) -> None:
    item, person = AgendaItemFactory(), secretary()
    at_once(
        lambda: operations.record_decision(AgendaItem.objects.get(pk=item.pk), ruling=ADMIT, by=person, at=now),
        lambda: operations.close_session(CommitteeSession.objects.get(pk=item.session_id), by=person, at=now),
    )
    closed = CommitteeSession.objects.get(pk=item.session_id).state == "held"
    assert Decision.objects.count() == 1
    assert not (closed and AgendaItem.objects.filter(decisions=None).exists())


def test_decision_is_never_rewritten_nor_erased(now) -> None:
    operations.record_decision(AgendaItemFactory(), ruling=REFUSE, by=secretary(), at=now)
    with pytest.raises(Exception, match="ajout seul"):
        Decision.objects.update(grounds="Autre motif.")
    with pytest.raises(Exception, match="ajout seul"):
        Decision.objects.all().delete()
    assert Decision.objects.get().grounds == "Hors périmètre."
