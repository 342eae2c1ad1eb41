"""P1.1 and P1.3 over fifty million pairs of entry and establishment: speed, and memory of the index."""

from collections.abc import Iterator

from policy.verdicts import gate, index
from tests.bench import sample
from tests.bench.p1_decision import Floors
from tests.bench.rounds import Row, compare, summary
from tests.bench.weight import resident


def rows() -> Iterator[Row]:
    """The two ratios of the largest list."""
    book, listed = sample.rulebook(), sample.entries("max")
    before = resident()
    held = index.build(sample.document(listed), book)
    opened = gate.over(held)
    grown = resident() - before
    yield summary("P1.3-max", "mémoire de l’index à 50 millions de paires, en Mo", [grown], target=120)
    floors = Floors(held, sample.questions(listed, book))
    del listed
    yield compare(
        "P1.1-max",
        "décision / une lecture, 50 millions de paires",
        subject=floors.through(opened.by_fingerprint),
        floor=floors.one,
        target=6,
        before=floors.renew,
    )
