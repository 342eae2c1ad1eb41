"""When to warn that a certificate expires: once per threshold, and after a silence only the most urgent."""

from collections.abc import Iterable
from datetime import date

from portal.web import wording


def due(expiry: date, today: date, thresholds: Iterable[int], *, warned: int | None) -> int | None:
    """The threshold to tell now, in days before the expiry (negative: after); None when nothing is due.

    `warned` is the smallest threshold told so far. Those missed meanwhile are not told one by one.
    """
    left = (expiry - today).days
    reached = [threshold for threshold in thresholds if left <= threshold]
    if not reached:
        return None
    urgent = min(reached)
    return urgent if warned is None or urgent < warned else None


def sentence(expiry: date, today: date) -> str:
    """« expire dans 30 jours, le mardi 24 novembre 2026 »."""
    left, day = (expiry - today).days, wording.day(expiry)
    if left < 0:
        return f"a expiré le {day}"
    if left == 0:
        return f"expire aujourd’hui, {day}"
    return f"expire {'demain' if left == 1 else f'dans {left} jours'}, le {day}"
