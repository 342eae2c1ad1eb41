"""What a revocation brings about above the certificates: higher slices say here what to do of it at once.

Their clocks do it again soon afterwards, so that nothing is lost when it fails here.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from portal.lifecycle.errors import Refusal


class Consequence(Protocol):
    """An act that follows revocations, whichever they are; it may be called for nothing. Returns how many it did."""

    def __call__(self, *, at: datetime) -> int:
        """Does what revocations known at an aware instant ask for. May raise Refusal."""


logger = logging.getLogger(__name__)
_acts: list[Callable[..., int]] = []


def register(act: Consequence) -> None:
    """Adds an act; registering the same one again changes nothing."""
    if act not in _acts:
        _acts.append(act)


def of_revocations(*, at: datetime) -> int:
    """Does every act, each on its own: one that is refused is said to the operators, and does not hold the others."""
    return sum(_done(act, at) for act in _acts)


def _done(act: Callable[..., int], at: datetime) -> int:
    try:
        return act(at=at)
    except Refusal as refusal:
        logger.error("a revocation could not have its effect yet: %s", refusal.sentence)
        return 0
