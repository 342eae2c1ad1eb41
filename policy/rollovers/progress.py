"""How far a campaign has come: what became of each certificate, and the figures of its bar."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum


class Standing(LabelledEnum):
    """What became of a certificate of the leaving authority."""

    WAITING = "waiting", "À remplacer"
    REPLACED = "replaced", "Remplacé"
    GONE = "gone", "Plus en vigueur"


@dataclass(frozen=True)
class Progress:
    """How many certificates stand where."""

    waiting: int
    replaced: int
    gone: int

    @property
    def total(self) -> int:
        """All certificates of the campaign."""
        return self.waiting + self.replaced + self.gone

    @property
    def done(self) -> int:
        """Those that no longer depend on the authority."""
        return self.replaced + self.gone

    @property
    def per_cent(self) -> int:
        """The part done, rounded down: 100 only when nothing is left. An empty campaign is done."""
        return 100 * self.done // self.total if self.total else 100


def standing(*, is_in_force: bool, has_replacement: bool) -> Standing:
    """Replaced counts even while the old one is still in force: both pass during the parallel period."""
    if has_replacement:
        return Standing.REPLACED
    return Standing.WAITING if is_in_force else Standing.GONE


def of(standings: Iterable[Standing]) -> Progress:
    """The progress that these make."""
    tally = Counter(standings)
    return Progress(tally[Standing.WAITING], tally[Standing.REPLACED], tally[Standing.GONE])
