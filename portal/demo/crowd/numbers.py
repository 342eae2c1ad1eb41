"""Invented numbers with valid keys: SIREN, FINESS, and instants; the same generator always gives the same ones."""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from portal.reference import finess


def siren(rank: int) -> str:
    """The SIREN of a rank (0 to 9,999,999), from a range that starts with 9 and whose key is Luhn's."""
    return with_key(f"9{rank:07d}")


def with_key(stem: str) -> str:
    """The SIREN of these first eight digits."""
    digits = [int(character) for character in reversed(f"{stem}0")]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return f"{stem}{-total % 10}"


def establishments(count: int, departments: list[str]) -> Iterator[tuple[str, str]]:
    """`count` pairs (FINESS EG, department), spread over the departments in turn, never twice the same number."""
    for rank in range(count):
        department = departments[rank % len(departments)]
        stem = f"{department[:2]}{rank // len(departments):06d}"
        yield f"{stem}{finess.key(stem)}", department


def legal_establishment(department: str, rank: int) -> str:
    """The FINESS EJ of a rank in a department; establishments of four successive ranks share one."""
    stem = f"{department[:2]}78{rank % 10_000:04d}"
    return f"{stem}{finess.key(stem)}"


def sizes(rnd: random.Random, largest: int) -> Iterator[int]:
    """Endless sizes of lists, log-uniform from 1 to `largest`: many small ones, a few very large."""
    while True:
        yield max(1, int(math.exp(rnd.uniform(0, math.log(max(largest, 1))))))


def instants(rnd: random.Random, count: int, *, first: datetime, last: datetime) -> list[datetime]:
    """`count` instants between two, in order, to the second."""
    span = int((last - first).total_seconds())
    return sorted(first + timedelta(seconds=rnd.randrange(span)) for _ in range(count))
