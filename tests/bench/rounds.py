"""Ratios measured side by side: floor and subject interleaved in one run, median of at least nine rounds."""

import gc
import statistics
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from tests.bench.sizes import ROUNDS

Side = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """One line of the table. `target` bounds `ratio`: from above when `better` is "lower", else from below."""

    id: str
    what: str
    ratio: float
    min: float
    max: float
    rounds: int
    target: float
    better: Literal["lower", "higher"]

    @property
    def met(self) -> bool:
        """True when the median is on the right side of the target."""
        return self.ratio <= self.target if self.better == "lower" else self.ratio >= self.target

    @property
    def is_made(self) -> bool:
        """False for a row that could not be made: it has no figure."""
        return self.rounds > 0

    def as_json(self) -> dict[str, Any]:
        """The row as it is written in `bench.json`."""
        return asdict(self)

    def as_line(self) -> str:
        """The row as it is printed; a miss is printed as a miss."""
        if not self.is_made:
            return f"{self.id:<24} FAILED {self.what}"
        sign = "≤" if self.better == "lower" else "≥"
        verdict = "ok" if self.met else "MISS"
        spread = f"[{self.min:.3g}–{self.max:.3g}]"
        return f"{self.id:<24} ×{self.ratio:<9.3g} {spread:<20} {sign} {self.target:<8g} {verdict:<5} {self.what}"


def apart(*sections: Iterator[Row]) -> Iterator[Row]:
    """The rows of every section: one that cannot go on is told, and costs the others nothing."""
    for section in sections:
        try:
            yield from section
        except Exception as error:
            _tell(error)


Clock = Callable[[], float]
CPU: Clock = time.process_time  # what only computes: a neighbour on the same core does not count
WALL: Clock = time.perf_counter  # what waits: for a database, a disk, another process


def timed(side: Side, times: int, clock: Clock = WALL) -> float:
    """Seconds for `times` calls, garbage collector off."""
    gc.disable()
    try:
        start = clock()
        for _ in range(times):
            side()
        return max(clock() - start, 1e-9)
    finally:
        gc.enable()


def calibrated(side: Side, seconds: float, clock: Clock = WALL) -> int:
    """How many calls last about `seconds`; at least one."""
    times = 1
    while (spent := timed(side, times, clock)) < seconds / 10 and times < 1_000_000:
        times *= 10
    return max(1, round(times * seconds / max(spent, 1e-9)))


def compare(
    id: str,
    what: str,
    *,
    subject: Side,
    floor: Side,
    target: float,
    better: Literal["lower", "higher"] = "lower",
    per: tuple[int, int] = (1, 1),
    seconds: float = 0.05,
    rounds: int = ROUNDS,
    before: Side | None = None,
    clock: Clock = CPU,
) -> Row:
    """How many times longer `subject` takes than `floor` ("higher": how many times faster it is).

    `per` = units of work in one call of (subject, floor), so that a batch compares with a single call. `before` runs
    untimed ahead of each side, which is then called once: it brings strings never hashed, a table as it was.
    """
    try:
        subjects = Subjects(subject, floor, per, better, before, clock)
        subjects.warm(seconds)
        ratios = [subjects.round(first=turn % 2) for turn in range(rounds)]
    except Exception as error:
        _tell(error)
        return Row(id, what, 0, 0, 0, 0, target, better)
    return summary(id, what, ratios, target=target, better=better)


def _tell(error: Exception) -> None:
    print(f"{type(error).__name__} : {error}"[:400])
    print("".join(traceback.format_tb(error.__traceback__, limit=-2)), flush=True)


def summary(
    id: str, what: str, ratios: list[float], *, target: float, better: Literal["lower", "higher"] = "lower"
) -> Row:
    """The row of some ratios, one per round."""
    middle, least, most = statistics.median(ratios), min(ratios), max(ratios)
    return Row(id, what, round(middle, 4), round(least, 4), round(most, 4), len(ratios), target, better)


@dataclass
class Subjects:
    """The two sides of a comparison, and how often each is called in a round."""

    subject: Side
    floor: Side
    per: tuple[int, int]
    better: str
    before: Side | None
    clock: Clock
    loops: tuple[int, int] = (1, 1)

    def warm(self, seconds: float) -> None:
        """Calls both once, then chooses how often to call them."""
        for side in (self.subject, self.floor):
            self._prepare()
            side()
        if self.before is None:
            self.loops = calibrated(self.subject, seconds, self.clock), calibrated(self.floor, seconds, self.clock)

    def round(self, *, first: int) -> float:
        """The ratio of one round; who goes first alternates."""
        spent = [0.0, 0.0]
        for side in (first, 1 - first):
            self._prepare()
            loops = self.loops[side]
            spent[side] = timed((self.subject, self.floor)[side], loops, self.clock) / loops / self.per[side]
        return spent[0] / spent[1] if self.better == "lower" else spent[1] / spent[0]

    def _prepare(self) -> None:
        if self.before is not None:
            self.before()
