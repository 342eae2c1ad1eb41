"""The doorbell: tells a broker, when there is one, that messages wait. It only hints: the clock sweeps anyway."""

from collections.abc import Callable, Iterable

Ring = Callable[[frozenset[str]], None]
_hung: list[Ring] = []


def hang(ring: Ring) -> None:
    """Installs the function that wakes workers of the given queues; the last one hung is the one rung."""
    _hung[:] = [ring]


def ring(queues: Iterable[str]) -> None:
    """Wakes the workers of these queues; silent without broker."""
    wanted = frozenset(queues)
    for bell in _hung if wanted else ():
        bell(wanted)
