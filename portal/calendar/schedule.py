"""The clock's jobs: functions of one argument, the instant, run at an interval by whichever worker comes first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Job = Callable[[datetime], object]


@dataclass(frozen=True)
class Scheduled:
    """A job of the clock: its stable name, its function and how often it is due."""

    name: str
    run: Job
    interval: timedelta


_jobs: dict[str, Scheduled] = {}


def every(*, seconds: int) -> Callable[[Job], Job]:
    """Puts a function of the instant on the clock. It must bear being late, and being run twice."""

    def put(function: Job) -> Job:
        name = f"{function.__module__.rpartition('.')[0]}.{function.__name__}"
        _jobs[name] = Scheduled(name, function, timedelta(seconds=seconds))
        return function

    return put


def jobs() -> list[Scheduled]:
    """All jobs of the clock, by name."""
    return [_jobs[name] for name in sorted(_jobs)]
