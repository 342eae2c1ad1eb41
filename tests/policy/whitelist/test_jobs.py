"""The clock: an announced date is kept, never before; publications do not run out."""

from datetime import datetime, timedelta

import pytest

from policy.certificates.environments import Environment
from policy.grants import operations as grants
from policy.grants.lifecycle import State as GrantState
from policy.grants.restrictions import Scope
from policy.whitelist import jobs, queries
from policy.whitelist import operations as whitelist
from policy.whitelist.models import Publication
from portal.lifecycle.errors import Refused
from tests.factories.grants import ConnectionFactory
from tests.factories.whitelist import approved, certificate, manager, proposed

pytestmark = pytest.mark.django_db
PRODUCTION = Environment.PRODUCTION


def scheduled(now: datetime, **changes: object) -> object:
    return approved(at=now, effective_at=now + timedelta(days=2), **changes)


def test_an_entry_waits_for_its_date_and_then_takes_force(now: datetime) -> None:
    entry = scheduled(now)
    assert (entry.in_force_since, Publication.objects.count()) == (None, 0)
    assert jobs.publish_due(now + timedelta(days=2) - timedelta(microseconds=1)) == 0
    assert jobs.publish_due(now + timedelta(days=2)) == 1
    entry.refresh_from_db()
    assert (entry.in_force_since, entry.published_version) == (now + timedelta(days=2), 1)
    assert jobs.publish_due(now + timedelta(days=2)) == 0
    assert entry.grant.__class__.objects.get(pk=entry.grant_id).state == GrantState.ACTIVE


def test_the_clock_does_not_resurrect_a_suspended_right(now: datetime) -> None:
    first = approved(at=now)
    later = scheduled(now, grant=first.grant)
    whitelist.suspend(first, grounds="Abus", by=manager(), at=now)
    assert jobs.publish_due(now + timedelta(days=3)) == 0
    later.refresh_from_db()
    assert later.in_force_since is None
    with pytest.raises(Refused):
        whitelist.take_effect(later, at=now + timedelta(days=3))


def test_the_clock_leaves_a_right_that_a_measure_closes_but_for_its_sandbox(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    entry = scheduled(now)
    grants.restrict(entry.grant, scope=Scope.RIGHT, source="ME-2026-0001", because="Abus", by=manager(), at=now)
    ConnectionFactory(grant=entry.grant, environment=Environment.SANDBOX)
    certificate(entry.grant, environment=Environment.SANDBOX)
    tested = scheduled(now, grant=entry.grant, environment=Environment.SANDBOX)
    assert jobs.publish_due(now + timedelta(days=3)) == 1
    tested.refresh_from_db()
    assert (tested.in_force_since, caplog.messages) == (now + timedelta(days=3), [])


def test_an_entry_suspended_before_its_date_does_not_take_force(now: datetime) -> None:
    entry = scheduled(now)
    whitelist.suspend(entry, grounds="Doute", by=manager(), at=now)
    assert jobs.publish_due(now + timedelta(days=3)) == 0


def test_one_entry_that_is_refused_does_not_hold_the_others(now: datetime) -> None:
    broken, good = scheduled(now), scheduled(now)
    held = broken.certificates.get().certificate
    held.state, held.retired_at = "retired", now
    held.save()
    assert jobs.publish_due(now + timedelta(days=2)) == 1
    good.refresh_from_db()
    assert good.in_force_since is not None


def test_a_publication_is_renewed_at_half_its_life_and_only_where_there_is_one(now: datetime) -> None:
    approved(at=now)
    jobs.renew_publications(now + timedelta(hours=11))
    assert queries.latest_version(PRODUCTION) == 1
    jobs.renew_publications(now + timedelta(hours=13))
    assert queries.latest_version(PRODUCTION) == 2
    assert queries.latest_version(Environment.SANDBOX) == 0


def test_a_proposal_never_takes_force_by_itself(now: datetime) -> None:
    proposed(at=now)
    assert jobs.publish_due(now + timedelta(days=30)) == 0
