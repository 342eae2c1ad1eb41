"""How large the bench is. Each size has a variable of the environment: `BENCH_SERVICES=1500 make bench`.

Smaller sizes serve to try a row out: figures worth keeping are those of the usual sizes.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def _size(name: str, usual: int) -> int:
    return int(os.environ.get(f"BENCH_{name}", usual))


ROUNDS = _size("ROUNDS", 9)  # of each comparison; the figure is their median
ENTRIES = _size("ENTRIES", 10_000)  # of the whitelist
LONGEST = _size("LONGEST", 5_000)  # establishments of an entry, at most
SERVICES = _size("SERVICES", 10_000)  # of the large set, one request each
ESTABLISHMENTS = _size("ESTABLISHMENTS", 100_000)  # of its register
VENDOR = _size("VENDOR", 200)  # services of its largest vendor
REGISTER = _size("REGISTER", 10_000)  # lines of the register that is refreshed
LISTED = _size("LISTED", 10_000)  # lines of a vendor's list
JOURNAL = _size("JOURNAL", 10_000)  # events verified
REVOKED = _size("REVOKED", 100_000)  # numbers of a revocation list
ANNEX = _size("ANNEX", 500)  # lines of a printed list
AUDITED = _size("AUDITED", 1_000)  # certificates of a nightly review, in memory
NIGHT = _size("NIGHT", 1_000)  # certificates of a nightly review, in a database
SECONDS = _size("SECONDS", 1)  # of load on each server in each round
PATIENCE = _size("PATIENCE", 240)  # seconds after which a part is stopped
MINUTES = _size("MINUTES", 13)  # of a run, what is prepared beforehand not counted; parts left then are not begun
