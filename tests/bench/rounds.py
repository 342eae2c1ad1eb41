"""Ratios measured side by side: floor and subject interleaved in one run, median of at least nine rounds."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

ROUNDS = 9
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

    def as_json(self) -> dict[str, Any]:
        """The row as it is written in `bench.json`."""
        return asdict(self)

    def as_line(self) -> str:
        """The row as it is printed; a miss is printed as a miss."""
        sign = "≤" if self.better == "lower" else "≥"
        verdict = "ok" if self.met else "MISS"
        spread = f"[{self.min:.3g}–{self.max:.3g}]"
        return f"{self.id:<22} ×{self.ratio:<9.3g} {spread:<20} {sign} {self.target:<8g} {verdict:<5} {self.what}"


def timed(side: Side, times: int) -> float:
    """Seconds for `times` calls, garbage collector off."""
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(times):
            side()
        return time.perf_counter() - start
    finally:
        gc.enable()


def calibrated(side: Side, seconds: float) -> int:
    """How many calls last about `seconds`; at least one."""
    times = 1
    while (spent := timed(side, times)) < seconds / 10 and times < 1_000_000:
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
) -> Row:
    """How many times longer `subject` takes than `floor` ("higher": how many times faster it is).

    `per` = units of work in one call of (subject, floor), so that a batch compares with a single call.
    """
    subject(), floor()  # warm both
    loops = calibrated(subject, seconds), calibrated(floor, seconds)
    ratios = [_one(subject, floor, loops, per, better, first=turn % 2) for turn in range(rounds)]
    middle = statistics.median(ratios)
    return Row(id, what, round(middle, 4), round(min(ratios), 4), round(max(ratios), 4), rounds, target, better)


def _one(subject: Side, floor: Side, loops: tuple[int, int], per: tuple[int, int], better: str, *, first: int) -> float:
    spent = [0.0, 0.0]
    for side in (first, 1 - first):  # who goes first alternates
        spent[side] = timed((subject, floor)[side], loops[side]) / loops[side] / per[side]
    return spent[0] / spent[1] if better == "lower" else spent[1] / spent[0]
