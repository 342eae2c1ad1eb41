"""The answers kept in the session between the questionnaire and the candidacy: codes, and nothing personal."""

from collections.abc import MutableMapping
from typing import Any

KEY = "orientation"
LONGEST = 2000


def keep(session: MutableMapping[str, Any], query: str) -> None:
    """Keeps the answers, as a query string."""
    session[KEY] = query[:LONGEST]


def kept(session: MutableMapping[str, Any]) -> str:
    """The answers kept; empty when there are none."""
    found = session.get(KEY, "")
    return found if isinstance(found, str) else ""


def forget(session: MutableMapping[str, Any]) -> None:
    """Drops the answers, once they served."""
    session.pop(KEY, None)
