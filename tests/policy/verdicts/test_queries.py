"""The index in use: over the latest publication, with the policy in force, for one small SELECT."""

from datetime import datetime, timedelta

import pytest

from policy.profiles.rulebook import EMPTY
from policy.verdicts import queries
from policy.whitelist import operations as whitelist
from policy.whitelist.models import Publication
from portal.reference.models import Establishment
from tests.factories import whitelist as entries
from tests.factories.profiles import PolicyVersionFactory

pytestmark = pytest.mark.django_db


def test_index_at_is_empty_before_the_first_publication(now: datetime) -> None:
    version = PolicyVersionFactory(number="4")
    made = queries.index_at("production", now)
    assert (made.version, made.rulebook.number) == (0, version.number)
    assert queries.index_at("sandbox", now - timedelta(days=900)).rulebook is EMPTY


def test_index_at_covers_the_latest_publication_and_is_built_once(
    now: datetime, django_assert_num_queries: object
) -> None:
    PolicyVersionFactory(number="4")
    entry = entries.approved(at=now)
    made = queries.index_at("production", now)
    assert list(made.by_client_id) == [entry.client_id]
    assert made.faults == ()
    with django_assert_num_queries(1):  # type: ignore[operator]
        again = queries.index_at("production", now)
    assert again.by_fingerprint is made.by_fingerprint
    assert again.rulebook is made.rulebook


def test_index_at_follows_a_suspension_at_once(now: datetime) -> None:
    PolicyVersionFactory(number="4")
    entry = entries.approved(at=now)
    before = queries.index_at("production", now)
    whitelist.suspend(entry, grounds="Usage abusif", by=entries.manager(), at=now)
    after = queries.index_at("production", now)
    assert after.version > before.version
    assert [right.state for right in after.by_client_id[entry.client_id]] == ["suspended"]


def test_index_at_takes_the_policy_of_the_instant(now: datetime) -> None:
    PolicyVersionFactory(number="4")
    PolicyVersionFactory(number="5", since=now + timedelta(days=10))
    entries.approved(at=now)
    assert queries.index_at("production", now).rulebook.number == "4"
    assert queries.index_at("production", now + timedelta(days=11)).rulebook.number == "5"


def test_index_at_knows_nobody_of_the_other_environment(now: datetime) -> None:
    entries.approved(at=now)
    assert not queries.index_at("sandbox", now).by_client_id
    assert Publication.objects.filter(environment="production").exists()


def test_region_of_an_establishment_comes_from_the_register() -> None:
    Establishment.objects.create(finess="350054680", finess_ej="350000022", name="CH", category="355", region="53")
    assert queries.region_of("350054680") == "53"
    assert queries.region_of("750712184") == ""
