"""Which policy holds when, and the rulebook of a version."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from . import rulebook_file
from .models import PolicyVersion
from .rulebook import EMPTY, Rulebook


def in_force(at: datetime) -> PolicyVersion | None:
    """The version that holds at an instant (aware, UTC); None before the first one."""
    return PolicyVersion.objects.effective(at).first()


def rulebook_of(version: PolicyVersion | None) -> Rulebook:
    """The rulebook of a version; the empty one, which refuses everything, for none.

    Raises RulebookRefused should the stored text not be a rulebook any more, which `import_rulebook` excludes.
    """
    return _read(version.source) if version else EMPTY


@lru_cache(maxsize=8)
def rulebook_with(digest: str) -> Rulebook:
    """The rulebook of the version whose text has this SHA-256; EMPTY for "". Kept: a digest names one text for ever.

    Raises PolicyVersion.DoesNotExist when no version has it.
    """
    return _read(PolicyVersion.objects.only("source").get(digest=digest).source) if digest else EMPTY


@lru_cache(maxsize=8)
def _read(source: str) -> Rulebook:
    """Keyed by the text itself: whatever the row, the same text is the same rulebook."""
    return rulebook_file.read(source)


def listed(user: Any) -> Sequence[PolicyVersion]:
    """The versions for the page, newest first, without their text."""
    return list(PolicyVersion.objects.visible_to(user).defer("source").order_by("-imported_at", "-pk"))
