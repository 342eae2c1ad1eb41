"""Counts verdicts in memory, by day, environment, effect and first reason, until they are written down together.

Nothing of the caller is kept. A process that dies loses what it counted since the last writing, a few seconds' worth.
"""

from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

KEPT = 5.0  # seconds between two writings


class Key(NamedTuple):
    """What is counted together; `day` is an ISO date in Paris."""

    day: str
    environment: str
    effect: str
    reason: str


class Tally:
    """The counts of one process, and when they were last taken (seconds of a monotonic clock)."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str, str], int] = {}
        self._lock = Lock()
        self._taken = 0.0

    def note(self, day: str, environment: str, effect: str, reason: str) -> None:
        """One more verdict; `day` as in `Key`."""
        key = (day, environment, effect, reason)
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + 1

    def due(self, clock: float) -> bool:
        """True when there is something to write and it has waited long enough."""
        return bool(self._counts) and clock - self._taken >= KEPT

    def take(self, clock: float) -> dict[Key, int]:
        """Hands over the counts, and starts again from nothing."""
        with self._lock:
            counts, self._counts = self._counts, {}
            self._taken = clock
        return {Key(*key): count for key, count in counts.items()}

    def give_back(self, counts: Mapping[Key, int]) -> None:
        """Takes again counts that could not be written."""
        with self._lock:
            for key, count in counts.items():
                self._counts[key] = self._counts.get(key, 0) + count


VERDICTS = Tally()
