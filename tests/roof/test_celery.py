"""The grown-up run: a real Celery worker on a real Redis delivers what a ring announces, and what no ring announced."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal import tasks
from portal.audit.record import Event
from portal.outbox import doorbell, operations
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery, Queue, effect

ROOT = Path(__file__).resolve().parents[2]
BROKER = f"redis://127.0.0.1:6379/{14 if os.environ.get('DATABASE_URL') else 15}"  # one for each database of the suite
WORKER = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from portal.outbox import registry
def keep(message, *, number):
    with open(sys.argv[2], "a") as file:
        file.write(f"{number}\\n")
registry._effects["tests.kept"] = registry.Registered("tests.kept", registry.Queue.DEFAULT, keep)
from portal.celery import app
app.worker_main(["worker", "-P", "solo", "-Q", "default,pdf,mail", "--without-gossip", "--without-mingle", "-l", "warning"])
"""


@effect(queue=Queue.MAIL)
def kept(message: Delivery, *, number: int) -> None:
    """Delivered by the child under the name `tests.kept`."""


def fill(numbers: range) -> None:
    event = Event("samples.enter", timezone.now() - timedelta(seconds=1))
    for number in numbers:
        operations.enqueue(kept, event=event, number=number)
    operations.write([event])
    OutboxMessage.objects.filter(done_at=None).update(effect="tests.kept")


def delivered(path: Path, count: int) -> list[str]:
    deadline = time.monotonic() + 120  # the worker of a busy machine takes its time to start
    while time.monotonic() < deadline:
        found = path.read_text().split() if path.exists() else []
        if len(found) >= count and not OutboxMessage.objects.pending().exists():
            return sorted(found, key=int)
        time.sleep(0.1)
    raise AssertionError(f"{count} deliveries expected, saw {found}")


def sender(broker: str) -> Celery:
    app = Celery("tests", broker=broker, set_as_current=False)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return app


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(tasks, "_silent_until", 0.0)
    redis.Redis.from_url(BROKER).flushdb()
    out = tmp_path / "out"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATA_DIR": str(settings.DATA_DIR),
        "REDIS_URL": BROKER,
    }
    name = str(connection.settings_dict["NAME"])
    child = subprocess.Popen([sys.executable, "-c", WORKER, name, str(out)], cwd=ROOT, env=environment)
    monkeypatch.setattr(tasks, "deliver", sender(BROKER).task(tasks.deliver.run, name="portal.deliver"))
    monkeypatch.setattr(doorbell, "_hung", [tasks.ring])
    yield out
    child.terminate()
    child.wait(timeout=20)


@pytest.mark.slow
@pytest.mark.requires("redis")
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_delivers_what_is_rung_and_what_the_sweep_finds(worker: Path) -> None:
    fill(range(20))  # rung after the commit
    assert delivered(worker, 20) == [str(number) for number in range(20)]
    doorbell._hung.clear()
    fill(range(20, 25))  # the ring was lost
    sender(BROKER).send_task("portal.tick", queue="default")
    assert delivered(worker, 25) == [str(number) for number in range(25)]


@pytest.mark.django_db
def test_a_broker_that_is_away_costs_nothing_but_the_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_silent_until", 0.0)
    away = sender("redis://127.0.0.1:1/0")
    monkeypatch.setattr(tasks, "deliver", away.task(tasks.deliver.run, name="portal.deliver"))
    started = time.monotonic()
    for _ in range(50):
        tasks.ring(frozenset({"default", "mail"}))
    assert time.monotonic() - started < 3
    assert tasks._silent_until > 0
