"""The clock: drafts that nobody fills are told of their end, then closed; filling one keeps it."""

from datetime import datetime, timedelta

import pytest

from onboarding.candidacies import jobs, queries
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.operations import drafts
from onboarding.candidacies.queries import openings
from portal.lifecycle.errors import MoveNotAllowed
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from tests.factories.candidacies import CandidacyFactory, representative

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(now: datetime) -> Candidacy:
    return CandidacyFactory(opened_at=now - timedelta(days=151), touched_at=now - timedelta(days=151), purpose="other")


def test_a_forgotten_draft_is_told_once_then_closed(draft: Candidacy, now: datetime) -> None:
    representative(draft)
    assert [jobs.warn_of_abandoned_drafts(now) for _ in range(2)] == [1, 0]
    assert jobs.close_abandoned_drafts(now + timedelta(days=29)) == 0
    assert [jobs.close_abandoned_drafts(now + timedelta(days=30)) for _ in range(2)] == [1, 0]
    draft.refresh_from_db()
    assert (draft.state, draft.closed_at) == (State.ABANDONED, now + timedelta(days=30))
    again = candidacies.open(draft.service, direction=draft.direction, by=representative(draft), at=now)
    assert (again.follows, again.purpose) == (draft, "other")


def test_both_messages_say_what_to_do(draft: Candidacy, now: datetime) -> None:
    representative(draft)
    jobs.warn_of_abandoned_drafts(now)
    jobs.close_abandoned_drafts(now + timedelta(days=30))
    deliver_due(now + timedelta(days=31))
    warned, closed = OutgoingEmail.objects.order_by("pk")
    assert warned.subject == f"Brouillon bientôt clos : {draft.service.name} ({draft.reference})"
    assert "2 avril 2026" in warned.text.replace("\u00a0", " ")
    assert "Brouillon clos" in closed.subject


def test_filling_a_draft_keeps_it(draft: Candidacy, now: datetime) -> None:
    jobs.warn_of_abandoned_drafts(now)
    candidacies.edit(
        draft, Block.PURPOSE, {"purpose_details": "x"}, by=representative(draft), at=now + timedelta(days=1)
    )
    assert jobs.close_abandoned_drafts(now + timedelta(days=40)) == 0
    assert jobs.warn_of_abandoned_drafts(now + timedelta(days=40)) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.warned_at) == (State.DRAFT, None)


def test_a_deposited_candidacy_is_none_of_the_clocks_business(now: datetime) -> None:
    old = CandidacyFactory(submitted=True, opened_at=now - timedelta(days=900))
    assert (jobs.warn_of_abandoned_drafts(now), jobs.close_abandoned_drafts(now)) == (0, 0)
    with pytest.raises(MoveNotAllowed):
        drafts.abandon(old, at=now)


def test_an_abandoned_draft_frees_its_direction(draft: Candidacy, now: datetime) -> None:
    assert openings.directions_left(draft.service) == ["consumption"]
    drafts.abandon(draft, at=now)
    assert openings.directions_left(draft.service) == ["feeding", "consumption"]
    assert queries.in_full().get().is_open is False
