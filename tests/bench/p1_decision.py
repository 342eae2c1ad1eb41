"""P1.1 to P1.3: the decision in process, against bare look-ups, then against peers holding the same policy."""

import copy
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pyroaring import FrozenBitMap

from policy.profiles.engine import Effect
from policy.verdicts import decision, gate, index, stored
from policy.verdicts.gate import Ask
from policy.verdicts.index import Index
from policy.verdicts.question import Question, normalised_fingerprint
from tests.bench import peers, sample
from tests.bench.rounds import Row, apart, compare, summary
from tests.bench.sample import Asked

NOW = sample.AT.timestamp()


class Answer(NamedTuple):
    """What a caller of the library would keep of an answer."""

    permitted: bool
    code: str
    entry: str


class Floors:
    """The questions of a round, never hashed before, and the bare look-ups that any answer needs."""

    def __init__(self, held: Index, asked: list[Asked]) -> None:
        self.asked, self.fresh = asked, list(asked)
        self.callers, self.numbers = dict(held.by_fingerprint), dict(held.numbers)
        self.acts = {"read": 1, "patch": 2}

    def first(self, count: int) -> "Floors":
        """The same with the first questions only."""
        made = copy.copy(self)
        made.asked, made.fresh = self.asked[:count], []
        return made

    def kept(self, ask: Ask, *, permitted: bool) -> "Floors":
        """The same with the questions that are permitted, or with the others."""
        made = copy.copy(self)
        made.asked = [
            q
            for q in self.asked
            if (ask(q.fingerprint, q.operation, q.element, q.finess, NOW)[0].effect is Effect.PERMIT) is permitted
        ]
        made.fresh = []
        return made

    def renew(self) -> None:
        """New strings for the next side."""
        self.fresh[:] = sample.fresh(self.asked)

    def one(self) -> None:
        """One look-up per question: the certificate."""
        get = self.callers.get
        for asked in self.fresh:
            get(asked.fingerprint)

    def three(self) -> None:
        """Three look-ups per question: certificate, act, establishment."""
        get, act, number = self.callers.get, self.acts.get, self.numbers.get
        for asked in self.fresh:
            get(asked.fingerprint), act(asked.operation), number(asked.finess)

    def through(self, ask: Ask) -> Callable[[], None]:
        """Every question answered with its code and entry."""

        def answer() -> None:
            for asked in self.fresh:
                ask(asked.fingerprint, asked.operation, asked.element, asked.finess, NOW)

        return answer

    def dressed(self, ask: Ask) -> Callable[[], None]:
        """The same, fingerprint normalised and answer named."""

        def answer() -> None:
            for asked in self.fresh:
                found, entry = ask(
                    normalised_fingerprint(asked.fingerprint), asked.operation, asked.element, asked.finess, NOW
                )
                Answer(found.effect is Effect.PERMIT, found.code, entry)

        return answer


def rows() -> Iterator[Row]:
    """The table of P1.1 to P1.3."""
    book = sample.rulebook()
    listed = sample.entries()
    asked = sample.questions(listed, book)
    held = index.build(sample.document(listed), book)
    opened = gate.over(held)
    check_agreement(held, opened.by_fingerprint, asked)
    floors = Floors(held, asked)
    yield from apart(
        _against_lookups(floors, opened.by_fingerprint),
        peers.rows(listed, asked, opened.by_fingerprint, floors),
        _life(listed, book),
    )


def check_agreement(held: Index, ask: Ask, asked: list[Asked]) -> None:
    """Before any timing: the prepared answers are those of the reference, reasons included."""
    for one in asked:
        found, entry = ask(one.fingerprint, one.operation, one.element, one.finess, NOW)
        question = Question(one.operation, sample.AT, one.fingerprint, element=one.element, establishment=one.finess)
        said = decision.decide(held, question)
        assert (found.effect, found.code, entry) == (said.effect, said.reasons[0].code, said.entry)
        assert found.reasons in (None, said.reasons)


def _against_lookups(floors: Floors, ask: Ask) -> Iterator[Row]:
    through = floors.through(ask)
    renew = floors.renew
    yield compare(
        "P1.1-real", "décision / une lecture de dictionnaire", subject=through, floor=floors.one, target=5, before=renew
    )
    yield compare(
        "P1.1-three", "décision / trois lectures", subject=through, floor=floors.three, target=2.2, before=renew
    )
    refused, permitted = floors.kept(ask, permitted=False), floors.kept(ask, permitted=True)
    yield compare(
        "P1.1-refusal",
        "refus / permission",
        subject=refused.through(ask),
        floor=permitted.through(ask),
        target=1.1,
        per=(len(refused.asked), len(permitted.asked)),
        before=lambda: (refused.renew(), permitted.renew()),
    )
    yield compare(
        "P1.1-answer",
        "empreinte normalisée et réponse nommée / une lecture",
        subject=floors.dressed(ask),
        floor=floors.one,
        target=10,
        before=renew,
    )


def _life(listed: list[dict[str, Any]], book: Any) -> Iterator[Row]:
    """Memory against sets of strings, and loading against building from rows."""
    ratio = weight("real", "gate") / weight("real", "sets")
    yield summary("P1.3-rss", "mémoire de l’index / ensembles de textes", [ratio], target=0.10)
    rows_ = [(e["reference"], finess) for e in listed for finess in e["establishments"]]
    kept = stored.packed(index.build(sample.document(listed), book), key=b"bench")
    yield compare(
        "P1.3-load",
        "chargement de l’index gardé / reconstruction depuis les lignes",
        subject=lambda: stored.unpacked(kept, book, key=b"bench"),
        floor=lambda: _from_rows(rows_),
        target=50,
        better="higher",
        seconds=0,
    )


def _from_rows(rows_: list[tuple[str, str]]) -> dict[str, FrozenBitMap]:
    numbers: dict[str, int] = {}
    held: dict[str, list[int]] = {}
    for reference, finess in rows_:
        held.setdefault(reference, []).append(numbers.setdefault(finess, len(numbers)))
    return {reference: FrozenBitMap(ranks) for reference, ranks in held.items()}


def weight(mode: str, what: str) -> float:
    """Megabytes that a structure leaves resident, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.weight", mode, what]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
