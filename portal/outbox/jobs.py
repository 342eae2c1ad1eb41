"""Running the clock's jobs that are due, and tidying the queue."""

import logging
import time
from datetime import datetime, timedelta

from django.db.models import Q

from portal.calendar.schedule import Scheduled, every, jobs

from .models import ClockJob, OutboxMessage

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)


def run_due_jobs(now: datetime) -> int:
    """Runs every job whose interval has passed since it was last taken; returns how many.

    Each is taken when its turn comes, at the instant it is then, to the second: a worker killed during one loses none
    of those that follow, and a long one does not make the others write down an hour that is past.
    """
    began, done = time.monotonic(), 0
    for job in jobs():
        instant = now + timedelta(seconds=int(time.monotonic() - began))
        if _take(job, instant):
            _run(job, instant)
            done += 1
    return done


def _take(job: Scheduled, now: datetime) -> bool:
    ClockJob.objects.get_or_create(name=job.name)
    waiting = Q(taken_at=None) | Q(taken_at__lte=now - job.interval)
    return ClockJob.objects.filter(waiting, name=job.name).update(taken_at=now) == 1


def _run(job: Scheduled, now: datetime) -> None:
    error = ""
    try:
        job.run(now)
    except Exception as failure:  # a job may fail in any way: the clock goes on, the failure is kept and shown
        logger.exception("clock job %s failed", job.name)
        error = f"{type(failure).__name__} : {failure}"[:2000]
    ClockJob.objects.filter(name=job.name).update(last_error=error)


@every(seconds=3600)
def forget_delivered(now: datetime) -> int:
    """Drops messages done for more than a month: the journal keeps the acts, the documents their bytes."""
    dropped, _ = OutboxMessage.objects.filter(done_at__lt=now - KEPT).delete()
    return dropped
