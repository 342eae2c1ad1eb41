"""P6.4, with a database: the nightly reading of everything in force, beside the same certificates read and verified only.

Two nights: the one that judges everything (the first, and whenever what all checks rest on has changed), and the ordinary
one, which judges a seventh in full and re-reads what the others rest on. The number of certificates is a size of the bench.
Fifty thousand: `BENCH_NIGHT=50000 BENCH_PATIENCE=900 make bench BENCH=P6.4`.
"""

from collections.abc import Iterator
from itertools import count

from django.db import connection

from tests.bench.rounds import CPU, WALL, Row, compare
from tests.bench.sizes import NIGHT, ROUNDS
from tests.factories import sweep

MANY = 10_000


def rows() -> Iterator[Row]:
    """The rows of this database. The ordinary nights follow those that keep what every check rests on."""
    sweep.stored(NIGHT)
    nights = count()
    clock = CPU if connection.vendor == "sqlite" else WALL  # PostgreSQL works in another process
    rounds = min(ROUNDS, 5 if NIGHT <= MANY else 3)
    yield compare(
        f"P6.4-first-{connection.vendor}",
        f"nuit qui rejuge tout de {NIGHT} certificats, base comprise / lecture et vérifications seules",
        subject=lambda: _whole(sweep.swept(next(nights)).judged_count),
        floor=lambda: _whole(sweep.bare()),
        target=2,
        before=sweep.forgotten,
        clock=clock,
        seconds=0,
        rounds=rounds,
    )
    sweep.swept(next(nights))  # what was forgotten last is kept again
    yield compare(
        f"P6.4-night-{connection.vendor}",
        f"nuit ordinaire de {NIGHT} certificats, base comprise / lecture et vérifications seules",
        subject=lambda: _whole(sweep.swept(next(nights)).count),
        floor=lambda: _whole(sweep.bare()),
        target=2,
        clock=clock,
        seconds=0,
        rounds=rounds,
    )


def _whole(done: int) -> None:
    assert done == NIGHT, done
