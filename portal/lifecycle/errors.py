"""What an operation may answer instead of acting; each carries a French sentence and an HTTP status."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Refusal(Exception):
    """An operation that did nothing, and why, in a French sentence."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Refused(Refusal):
    """The input cannot be accepted as it is; `field` names the field at fault when there is one."""


class NotPermitted(Refusal):
    """This person may not make this move."""

    status = 403


class StepUpRequired(NotPermitted):
    """The move asks for a fresh proof of identity."""


class MoveNotAllowed(Refusal):
    """The subject is no longer in a state from which the move is possible: somebody was faster."""

    status = 409


class Stale(Refusal):
    """Somebody saved the subject since it was read; `current` is what it holds now."""

    status = 409

    def __init__(self, sentence: str, *, current: Any) -> None:
        super().__init__(sentence)
        self.current = current


class NotReady(Refusal):
    """What would answer is still being prepared; asking again after `wait` seconds is enough."""

    status = 503

    def __init__(self, sentence: str, *, wait: int) -> None:
        super().__init__(sentence)
        self.wait = wait


@dataclass(frozen=True)
class Missing:
    """One thing lacking before a move: a key, its French label and where to mend it."""

    field: str
    label: str
    url: str = ""


class Incomplete(Refusal):
    """A move that waits for the things listed in `missing`."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        listed = " ; ".join(item.label for item in missing)
        super().__init__(f"Il manque encore : {listed}.")
        self.missing = list(missing)
