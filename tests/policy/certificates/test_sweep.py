"""The nightly reading of many: one bounded list in memory at a time, a key shared by all told in a few words."""

import gc
import tracemalloc
from typing import Any

import pytest

from policy.certificates import operations, queries
from policy.certificates.models import Certificate
from tests.factories import sweep

pytestmark = pytest.mark.django_db


def held(monkeypatch: pytest.MonkeyPatch, first_night: int) -> int:
    """Octets held at most during a review by lists of twenty: the leanest of three nights, so that no late collection counts."""
    return min(peak(monkeypatch, night) for night in range(first_night, first_night + 3))


def peak(monkeypatch: pytest.MonkeyPatch, night: int) -> int:
    """Octets held at most during the review of one night."""
    read = queries.to_review
    monkeypatch.setattr(queries, "to_review", lambda at, *, after=0: read(at, after=after, size=20))
    gc.collect()
    tracemalloc.start()
    try:
        sweep.swept(night)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        monkeypatch.undo()


@pytest.mark.slow
def test_the_memory_of_a_review_does_not_grow_with_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep.stored(100)
    sweep.swept(0)  # what is read once per process, and written once per certificate
    few = held(monkeypatch, 1)
    Certificate.objects.update(state="retired", retired_at=sweep.NIGHT)
    sweep.stored(500)
    sweep.swept(4)
    assert held(monkeypatch, 5) < 2 * few


def test_every_certificate_is_read_and_found_sound() -> None:
    sweep.stored(30)
    review = sweep.swept()
    assert (review.count, review.faulty_count, sweep.bare()) == (30, 0, 30)


def test_a_key_that_all_share_is_told_by_a_few(django_assert_max_num_queries: Any) -> None:
    sweep.stored(30)
    Certificate.objects.update(key_digest=Certificate.objects.earliest("pk").key_digest)
    rows = next(queries.to_review(sweep.NIGHT))
    with django_assert_max_num_queries(2):
        found = queries.twins_of(rows)
    assert {len(twins) for twins in found.values()} == {17, 18}  # six of each of three services
    assert operations.review_all(at=sweep.NIGHT).count == 30
