"""Four processes claim one queue: nothing twice, nothing lost; a worker killed in mid-effect gives its message back."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.audit.record import Event
from portal.outbox import operations
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery, effect

ROOT = Path(__file__).resolve().parents[3]
CHILD = """
import sys, time, django
from django.conf import settings
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from datetime import datetime
from portal.outbox import operations, registry
out, slow = sys.argv[2], float(sys.argv[3])
def keep(message, *, number):
    with open(out, "a") as file:
        file.write(f"{number}\\n")
    time.sleep(slow)
registry._effects["tests.kept"] = registry.Registered("tests.kept", registry.Queue.DEFAULT, keep)
now = datetime.fromisoformat(sys.argv[4])
while operations.deliver_due(now, limit=3):
    pass
"""


@effect()
def kept(message: Delivery, *, number: int) -> None:
    """Written by the children under the name `tests.kept`."""


def fill(count: int, at: datetime) -> None:
    event = Event("samples.enter", at)
    for number in range(count):
        operations.enqueue(kept, event=event, number=number)
    operations.write([event])
    OutboxMessage.objects.update(effect="tests.kept")


def child(out: Path, at: datetime, slow: float = 0.0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, str(connection.settings_dict["NAME"]), str(out), str(slow), at.isoformat()]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "DATA_DIR": str(settings.DATA_DIR)}
    return subprocess.Popen(command, cwd=ROOT, env=environment)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_processes_deliver_each_message_exactly_once(tmp_path: Path) -> None:
    at = timezone.now()
    fill(120, at)
    workers = [child(tmp_path / "out", at) for _ in range(4)]
    assert [worker.wait(timeout=120) for worker in workers] == [0, 0, 0, 0]
    delivered = Counter((tmp_path / "out").read_text().split())
    assert delivered == Counter({str(number): 1 for number in range(120)})
    assert not OutboxMessage.objects.pending().exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_effect_gives_its_messages_back(tmp_path: Path) -> None:
    at = datetime.now(UTC)
    fill(5, at)
    killed = child(tmp_path / "out", at, slow=30)
    deadline = time.monotonic() + 60
    while not (tmp_path / "out").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait(timeout=10)
    later = at + operations.LEASE + timedelta(seconds=1)
    assert child(tmp_path / "out", later).wait(timeout=60) == 0
    delivered = Counter((tmp_path / "out").read_text().split())
    assert set(delivered) == {str(number) for number in range(5)}
    assert sum(delivered.values()) == 6  # the one under way when the worker died came back: at least once
    assert not OutboxMessage.objects.pending().exists()
