"""Four eyes and votes under races: two hundred tries without one self-approval, and one serial order of what was done.

Requirements AZ-06 and WF-05; run on the database of the suite, then on the other one.
"""

from datetime import datetime

import pytest

from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Proposal, Recusal, Vote
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive
from policy.grants.models import Grant
from portal.audit.queries import verify
from portal.lifecycle.errors import NotPermitted, Refusal
from portal.outbox.models import OutboxMessage
from portal.reference.models import Region
from tests.factories.at_once import at_once
from tests.factories.candidacies import CandidacyFactory, secretary
from tests.factories.panel import authority, setting, sitting

pytestmark = pytest.mark.django_db(transaction=True)

ADMIT = Ruling(Outcome.ADMIT, Profiles(access=2))
REFUSE = Ruling(Outcome.REFUSE, Profiles(), "Hors périmètre.", motives=(Motive.PURPOSE,))
RACES = 100  # each with two tries of the same person against one of another: two hundred self-approvals tried


def regional() -> Candidacy:
    Region.objects.update_or_create(code="53", defaults={"name": "Bretagne"})
    made: Candidacy = CandidacyFactory(
        complete=True,
        direction="consumption",
        space="regional",
        requested_profiles=["2"],
        region_routes={"53": "direct"},
    )
    return made


@pytest.mark.slow
def test_two_hundred_races_leave_no_decision_confirmed_by_who_proposed_it(now: datetime) -> None:
    setting("regional.second_person", True)
    first, second = authority(), authority()
    for _ in range(RACES):
        proposal = operations.propose_regionally(regional(), ruling=ADMIT, by=first, at=now)
        raised = at_once(
            *(
                lambda pk=proposal.pk, person=person: operations.confirm_proposal(
                    Proposal.objects.get(pk=pk), by=person, at=now
                )
                for person in (first, second, first)
            )
        )
        assert sum(isinstance(failure, NotPermitted) for failure in raised) == 2
    confirmed = Proposal.objects.filter(state="confirmed")
    assert confirmed.count() == Decision.objects.count() == RACES
    assert {one.settled_by_id for one in confirmed} == {second.pk}
    assert verify().holds


def test_confirming_and_setting_aside_at_once_do_one_of_the_two(now: datetime) -> None:
    setting("regional.second_person", True)
    first, second = authority(), authority()
    for _ in range(5):
        proposal = operations.propose_regionally(regional(), ruling=ADMIT, by=first, at=now)
        raised = at_once(
            lambda pk=proposal.pk: operations.confirm_proposal(Proposal.objects.get(pk=pk), by=second, at=now),
            lambda pk=proposal.pk: operations.set_aside_proposal(Proposal.objects.get(pk=pk), by=first, at=now),
        )
        assert [isinstance(failure, Refusal) for failure in raised] == [True]
        proposal.refresh_from_db()
        assert Decision.objects.filter(item=proposal.item).count() == (1 if proposal.state == "confirmed" else 0)


@pytest.fixture
def point(now: datetime) -> AgendaItem:
    """A point under vote, with three members."""
    setting("committee.votes", True)
    _, (item,), _ = sitting(at=now, members=3)
    return item


def test_votes_cast_at_once_are_all_counted_once(point: AgendaItem, now: datetime) -> None:
    people = [one.user for one in point.session.summons.filter(has_voice=True)]  # type: ignore[union-attr]
    raised = at_once(
        *(
            lambda person=person: operations.cast_vote(
                AgendaItem.objects.get(pk=point.pk), choice="admit", by=person, at=now
            )
            for person in [*people, *people]  # each clicks twice
        )
    )
    assert len(raised) == 3
    assert all(isinstance(failure, Refusal) for failure in raised)
    assert Vote.objects.count() == 3


def test_vote_and_closing_of_the_ballot_follow_each_other(point: AgendaItem, now: datetime) -> None:
    person = point.session.summons.filter(has_voice=True)[0].user  # type: ignore[union-attr]
    keeper = secretary()
    raised = at_once(
        lambda: operations.cast_vote(AgendaItem.objects.get(pk=point.pk), choice="admit", by=person, at=now),
        lambda: operations.close_ballot(AgendaItem.objects.get(pk=point.pk), by=keeper, at=now),
    )
    assert all(isinstance(failure, Refusal) for failure in raised)
    assert Vote.objects.count() == 1 - len(raised)
    point.refresh_from_db()
    assert point.ballot_closed_at == now


def test_vote_and_recusal_of_one_person_exclude_each_other(point: AgendaItem, now: datetime) -> None:
    person = point.session.summons.filter(has_voice=True)[0].user  # type: ignore[union-attr]
    raised = at_once(
        lambda: operations.cast_vote(AgendaItem.objects.get(pk=point.pk), choice="admit", by=person, at=now),
        lambda: operations.recuse(AgendaItem.objects.get(pk=point.pk), person, reason="Un proche", by=person, at=now),
    )
    assert [isinstance(failure, Refusal) for failure in raised] == [True]
    assert Vote.objects.count() + Recusal.objects.count() == 1


def test_release_and_release_at_once_tell_everything_once(now: datetime) -> None:
    setting("committee.embargo", True)
    session, items, _ = sitting(at=now, points=3)
    keeper = secretary()
    for item in items:
        operations.record_decision(item, ruling=REFUSE, by=keeper, at=now)
    operations.close_session(session, by=keeper, at=now)
    raised = at_once(
        *(lambda: operations.release(CommitteeSession.objects.get(pk=session.pk), by=keeper, at=now) for _ in range(2))
    )
    assert [isinstance(failure, Refusal) for failure in raised] == [True]
    assert OutboxMessage.objects.filter(effect="onboarding.committee.notify_decision").count() == 3
    assert Grant.objects.count() == 0
    assert verify().holds
