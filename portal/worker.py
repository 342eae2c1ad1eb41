"""The embedded worker: loops on the outbox and on the clock, in one process, without broker."""

import logging
import signal
import threading
from types import FrameType

from django.db import close_old_connections
from django.utils import timezone

from portal.outbox.jobs import run_due_jobs
from portal.outbox.operations import deliver_due

logger = logging.getLogger(__name__)

IDLE = 0.5  # seconds between two looks at an empty queue
CLOCK = 5.0  # seconds between two looks at the clock


class Worker:
    """Runs until `stop` is set; a stop lets the effect under way end."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._until_clock = 0.0

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT ask for a clean end."""

        def ask(number: int, frame: FrameType | None) -> None:
            self.stop.set()

        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)

    def run(self) -> None:
        """The loop. A failing round (database away, say) is logged and tried again."""
        while not self.stop.is_set():
            worked = False
            try:
                worked = self.round()
            except Exception:
                logger.exception("worker round failed")
                self.stop.wait(CLOCK)
            close_old_connections()
            if not worked:
                self._until_clock -= IDLE
                self.stop.wait(IDLE)

    def round(self) -> bool:
        """One batch of effects, and the clock when its time has come; True when something was done."""
        now = timezone.now()
        if self._until_clock <= 0:
            self._until_clock = CLOCK
            run_due_jobs(now)
        return deliver_due(now) > 0
