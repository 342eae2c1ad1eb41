"""How much memory an index leaves: `python -m tests.bench.weight real|max gate|sets` prints megabytes."""

import ctypes
import gc
import os
import sys
from typing import Any

from policy.verdicts import gate, index
from tests.bench import sample


def resident() -> float:
    """Resident memory of this process, in megabytes, once what is free went back to the system."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def sets(listed: list[dict[str, Any]]) -> dict[str, Any]:
    """What one would write first: sets of the very texts."""
    made = {}
    for entry in listed:
        numbers = frozenset(entry["establishments"])
        for certificate in entry["certificates"]:
            made[certificate["sha256"]] = (entry["reference"], numbers)
    return made


def main(mode: str, what: str) -> None:
    """Prints what the structure weighs, its texts excepted: both kinds share them with the publication."""
    listed, book = sample.entries(mode), sample.rulebook()
    before = resident()
    made: Any = sets(listed) if what == "sets" else gate.over(index.build(sample.document(listed), book))
    print(round(resident() - before, 1))
    del made


if __name__ == "__main__":
    main(*sys.argv[1:])
