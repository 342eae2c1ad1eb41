"""Two managers click at once, a suspension crosses an approval: one effect, no self-approval, versions without hole."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connections

from policy.certificates.environments import Environment
from policy.whitelist import operations as whitelist
from policy.whitelist.lifecycle import State
from policy.whitelist.models import Publication, WhitelistEntry
from portal.audit.queries import verify
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refusal
from tests.factories.whitelist import approved, manager, proposed

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def together(*works: Callable[[], None]) -> list[BaseException | None]:
    """Runs the works at the same instant; what each raised, in order."""
    ends: list[BaseException | None] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(rank: int, work: Callable[[], None]) -> None:
        try:
            start.wait(timeout=20)
            work()
        except BaseException as error:
            ends[rank] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def fresh(entry: WhitelistEntry) -> WhitelistEntry:
    return WhitelistEntry.objects.get(pk=entry.pk)


def versions() -> list[int]:
    found = Publication.objects.filter(environment=Environment.PRODUCTION).order_by("version")
    return list(found.values_list("version", flat=True))


def test_two_managers_approve_at_once_and_one_is_told_that_the_other_was_faster(now: datetime) -> None:
    for _ in range(ROUNDS):
        entry = proposed(at=now)
        people = [manager(), manager()]
        ends = together(*[lambda by=by, entry=entry: whitelist.approve(fresh(entry), by=by, at=now) for by in people])
        assert sorted(type(end) for end in ends if end) == [MoveNotAllowed]
        assert fresh(entry).approved_by in people
    assert versions() == list(range(1, ROUNDS + 1))
    assert verify().holds


def test_the_proposer_never_wins_the_race_to_approve(now: datetime) -> None:
    for _ in range(ROUNDS):
        alone, other = manager(), manager()
        entry = proposed(by=alone, at=now)
        ends = together(
            *[lambda by=by, entry=entry: whitelist.approve(fresh(entry), by=by, at=now) for by in (alone, other)]
        )
        assert isinstance(ends[0], NotPermitted | MoveNotAllowed)
        assert fresh(entry).approved_by == other


def test_a_suspension_that_crosses_a_replacement_is_never_undone(now: datetime) -> None:
    for _ in range(ROUNDS):
        first, guard, approver = approved(at=now), manager(), manager()
        second = proposed(first.grant, at=now)
        ends = together(
            lambda: whitelist.suspend(fresh(first), grounds="Urgence", by=guard, at=now),  # noqa: B023
            lambda: whitelist.approve(fresh(second), by=approver, at=now),  # noqa: B023
        )
        assert all(end is None or isinstance(end, Refusal) for end in ends), ends
        states = (fresh(first).state, fresh(second).state)
        assert states in {(State.SUSPENDED, State.PROPOSED), (State.WITHDRAWN, State.APPROVED)}


def test_entries_approved_together_are_all_published_one_version_each(now: datetime) -> None:
    entries = [proposed(at=now) for _ in range(4)]
    ends = together(*[lambda one=one: whitelist.approve(fresh(one), by=manager(), at=now) for one in entries])
    assert ends == [None] * 4
    assert versions() == [1, 2, 3, 4]
    assert Publication.objects.order_by("-version").first().count == 4
    assert verify().holds
