"""P6.4, with a database: the nightly reading of everything in force, beside the same certificates read and verified only.

The number of certificates is a size of the bench. They are read by bounded lists: the ratio of processor time was 5.1 for
six hundred and for six thousand. Fifty thousand: `BENCH_NIGHT=50000 BENCH_PATIENCE=900 make bench BENCH=P6.4`.
"""

from collections.abc import Iterator
from itertools import count

from django.db import connection

from tests.bench.rounds import WALL, Row, compare
from tests.bench.sizes import NIGHT, ROUNDS
from tests.factories import sweep


def rows() -> Iterator[Row]:
    """The row of this database; the first night, which writes every check, is not timed."""
    sweep.stored(NIGHT)
    nights = count()
    yield compare(
        f"P6.4-night-{connection.vendor}",
        f"relecture de {NIGHT} certificats en vigueur, base comprise / lecture et vérifications seules",
        subject=lambda: _whole(sweep.swept(next(nights)).count),
        floor=lambda: _whole(sweep.bare()),
        target=2,
        clock=WALL,
        seconds=0,
        rounds=min(ROUNDS, 5),
    )


def _whole(done: int) -> None:
    assert done == NIGHT, done
