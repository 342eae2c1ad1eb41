"""The embedded worker: effects, clock, and a failing round that does not end it."""

import threading
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from portal import worker
from portal.calendar import schedule
from portal.outbox import jobs
from portal.outbox.models import ClockJob

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    kept: list[datetime] = []
    monkeypatch.setattr(
        schedule, "_jobs", {"tests.tick": schedule.Scheduled("tests.tick", kept.append, timedelta(minutes=1))}
    )
    return kept


def test_a_job_runs_when_its_interval_has_passed_and_not_before(ticks: list[datetime], now: datetime) -> None:
    instants = [now, now + timedelta(seconds=59), now + timedelta(seconds=60), now + timedelta(days=10)]
    assert [jobs.run_due_jobs(instant) for instant in instants] == [1, 0, 1, 1]
    assert ticks == [instants[0], instants[2], instants[3]]


def test_a_failing_job_is_kept_in_view_and_the_clock_goes_on(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(instant: datetime) -> None:
        raise ValueError("panne")

    monkeypatch.setattr(schedule, "_jobs", {"tests.fall": schedule.Scheduled("tests.fall", fall, timedelta(minutes=1))})
    jobs.run_due_jobs(now)
    assert "panne" in ClockJob.objects.get(name="tests.fall").last_error


def test_a_worker_killed_during_a_job_loses_none_of_the_following(
    ticks: list[datetime], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(instant: datetime) -> None:
        raise SystemExit(1)

    day = timedelta(days=1)
    monkeypatch.setitem(schedule._jobs, "tests.killed", schedule.Scheduled("tests.killed", killed, day))
    with pytest.raises(SystemExit):
        jobs.run_due_jobs(now)
    assert not ticks
    assert jobs.run_due_jobs(now + timedelta(seconds=1)) == 1
    assert ticks == [now + timedelta(seconds=1)]


def test_a_job_that_waits_for_a_long_one_is_given_the_hour_it_is(
    ticks: list[datetime], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=50.0)

    def last(instant: datetime) -> None:
        clock.now += 1800.4

    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setitem(schedule._jobs, "tests.long", schedule.Scheduled("tests.long", last, timedelta(days=1)))
    assert jobs.run_due_jobs(now) == 2
    assert ticks == [now + timedelta(minutes=30)]
    assert ClockJob.objects.get(name="tests.tick").taken_at == ticks[0]


def test_a_failing_round_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []
    running = worker.Worker()
    monkeypatch.setattr(worker, "CLOCK", 0.01)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)

    def round_() -> bool:
        rounds.append(1)
        if len(rounds) == 1:
            raise ConnectionError("base absente")
        running.stop.set()
        return True

    monkeypatch.setattr(running, "round", round_)
    running.run()
    assert len(rounds) == 2


def test_an_idle_worker_waits_between_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    running = worker.Worker()
    monkeypatch.setattr(worker, "IDLE", 0.01)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    done = threading.Event()

    def round_() -> bool:
        done.set()
        running.stop.set()
        return False

    monkeypatch.setattr(running, "round", round_)
    running.run()
    assert done.is_set()
