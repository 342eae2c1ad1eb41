"""Where a certificate stands between the one before it and the one after, and what a change of name changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum


class Stage(LabelledEnum):
    """The stage of a certificate's life, told beside its state."""

    READY = "ready", "Contrôlé, pas encore utilisé"
    PLANNED = "planned", "Prévu : il remplacera un certificat en service"
    ACTIVE = "active", "En service"
    OVERLAPPING = "overlapping", "En service, son remplaçant est prévu"
    CLOSING = "closing", "À fermer : son remplaçant est en service"
    ENDED = "ended", "Terminé"


@dataclass(frozen=True)
class Peer:
    """What is known of a neighbour: its reference, whether it may serve now, and whether something uses it."""

    reference: str
    is_usable: bool
    is_used: bool


@dataclass(frozen=True)
class Difference:
    """A part of the name that changes, with both values (empty: absent)."""

    label: str
    former: str
    new: str


def stage(*, is_usable: bool, is_used: bool, former: Peer | None, successor: Peer | None) -> Stage:
    """The stage of a certificate; the last usable one is never to be closed."""
    if not is_usable:
        return Stage.ENDED
    if successor and successor.is_usable and successor.is_used:
        return Stage.CLOSING
    if is_used:
        return Stage.OVERLAPPING if successor and successor.is_usable else Stage.ACTIVE
    return Stage.PLANNED if former and former.is_used else Stage.READY


def differences(former: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> list[Difference]:
    """The parts that differ between two names given as (short name, text) pairs; spelling counts for gateways."""
    labels = list(dict.fromkeys([label for label, _ in former] + [label for label, _ in new]))
    pairs = [(label, _joined(former, label), _joined(new, label)) for label in labels]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _joined(name: Sequence[tuple[str, str]], label: str) -> str:
    return ", ".join(text for own, text in name if own == label)
