"""What Celery runs: one batch after another of a queue, and the clock. The work itself is the outbox's."""

import logging
import time

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.outbox.jobs import run_due_jobs
from portal.outbox.models import OutboxMessage
from portal.outbox.operations import deliver_due

logger = logging.getLogger(__name__)

SILENCE = 5.0  # seconds without ringing after a failure: a request never waits for a broker that is away
_silent_until = 0.0


@shared_task(name="portal.deliver", ignore_result=True)
def deliver(queue: str) -> int:
    """Delivers what waits in a queue, until nothing is due; returns how many messages were claimed."""
    claimed = 0
    while batch := deliver_due(timezone.now(), queues=[queue]):
        claimed += batch
    return claimed


@shared_task(name="portal.tick", ignore_result=True)
def tick() -> None:
    """Runs the clock's jobs that are due, and wakes the queues in which something waits: the sweep."""
    now = timezone.now()
    run_due_jobs(now)
    ring(frozenset(OutboxMessage.objects.due(now).values_list("queue", flat=True).distinct()))


def ring(queues: frozenset[str]) -> None:
    """Sends one hint per queue. A broker that is away costs latency, never a message: the sweep comes by."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        for queue in queues:
            deliver.apply_async(args=[queue], queue=queue, retry=False)
    except (OSError, OperationalError) as error:
        _silent_until = time.monotonic() + SILENCE
        logger.warning("doorbell unheard: %s", error)
