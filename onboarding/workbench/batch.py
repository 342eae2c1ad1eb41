"""An act on many dossiers: what was ordered, and what became of each dossier."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from portal.lifecycle.table import LabelledEnum

MOST = 200  # dossiers in one go


class BatchAct(LabelledEnum):
    """What may be done to many dossiers at once."""

    TAKE = "take", "Prendre en charge"
    ASSIGN = "assign", "Attribuer à un instructeur"
    WRITE = "write", "Écrire aux éditeurs"
    ENTER = "enter", "Inscrire à une séance du comité"
    FOLLOW = "follow", "Suivre"

    @property
    def is_undoable(self) -> bool:
        """Whether it may be taken back: only what no vendor was told and no agenda shows."""
        return self in (BatchAct.ASSIGN, BatchAct.FOLLOW)


@dataclass(frozen=True, slots=True)
class Line:
    """One dossier of a batch: whether the act was done, the sentence that says what happened, what it replaced."""

    reference: str
    is_done: bool
    sentence: str
    before: str = ""

    def as_json(self) -> dict[str, Any]:
        """The line as it is kept."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Line":
        """The line as it was kept."""
        return cls(**kept)
