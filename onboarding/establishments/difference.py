"""What changes between the list in force and a new one, and the digest that names a set of establishments."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """FINESS numbers that come in, go out and stay, each sorted."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both lists hold the same establishments."""
        return not (self.added or self.removed)


def between(former: Iterable[str], new: Iterable[str]) -> Difference:
    """The difference from a former set of numbers to a new one."""
    before, after = set(former), set(new)
    return Difference(tuple(sorted(after - before)), tuple(sorted(before - after)), tuple(sorted(before & after)))


def digest(numbers: Iterable[str]) -> str:
    """SHA-256, in hexadecimal, of the sorted distinct numbers, one per line (each line ended)."""
    return hashlib.sha256("".join(f"{number}\n" for number in sorted(set(numbers))).encode("ascii")).hexdigest()
