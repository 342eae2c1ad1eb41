"""Which policy holds when, and the rulebook of a version."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.reference import queries as reference

from . import checks, choices, difference, portrait, rulebook_file
from .catalogue import codes
from .checks import Finding
from .difference import Difference
from .lifecycle import LIFECYCLE, Move
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


@lru_cache(maxsize=16)
def _read(source: str) -> Rulebook:
    """Keyed by the text itself: whatever the row, the same text is the same rulebook."""
    return rulebook_file.read(source)


def listed(user: Any) -> Sequence[PolicyVersion]:
    """The versions for the page, newest first, without their text."""
    return list(PolicyVersion.objects.visible_to(user).defer("source").order_by("-imported_at", "-pk"))


def authors_of(version: PolicyVersion) -> frozenset[int]:
    """The keys of all who wrote in a version, whoever came last: the journal, which nobody changes, names them."""
    wrote = AuditEvent.objects.filter(
        subject_type=PolicyVersion._meta.label_lower,
        subject_id=str(version.pk),
        action__in=[LIFECYCLE.action(move) for move in (Move.IMPORT, Move.REPLACE, Move.EDIT)],
    )
    named = {*wrote.values_list("actor_id", flat=True), version.prepared_by_id}
    return frozenset(key for key in named if key is not None)


def findings_of(version: PolicyVersion) -> list[Finding]:
    """What is to be said of a version before it is approved, with the nomenclatures in force."""
    book = rulebook_of(version)
    tables = {fact.nomenclature for fact in book.facts.values() if fact.nomenclature} | {"TRE_R78"}
    return checks.findings(book, reference.codes_of(tables))


def compared_with(version: PolicyVersion, user: Any, number: str = "", *, now: datetime) -> PolicyVersion | None:
    """The version to compare with: the one asked for, else the one in force (or the former one, for itself)."""
    if number:
        return PolicyVersion.objects.visible_to(user).filter(number=number).first()
    return PolicyVersion.objects.effective(now).exclude(pk=version.pk).first()


@lru_cache(maxsize=16)
def difference_of(before: str, after: str) -> Difference:
    """What the version whose text has the digest `after` changes to the one of `before` ("" for none)."""
    return difference.compare(rulebook_with(before), rulebook_with(after))


def by_secret(at: datetime) -> frozenset[str]:
    """The access profiles that prove themselves by a secret, by the policy in force."""
    return choices.by_secret(rulebook_of(in_force(at)))


def anonymous_reads(at: datetime) -> bool:
    """Whether the policy in force lets callers without authentication read what is open to everybody."""
    return choices.anonymous_reads(rulebook_of(in_force(at)))


def settled_roles(at: datetime) -> dict[str, str]:
    """The labels of user roles that the policy in force settles otherwise than the nomenclature, by code."""
    return choices.role_labels(rulebook_of(in_force(at)), {})


def named_roles(at: datetime) -> dict[str, str]:
    """The user roles that a request may name, by code: of the nomenclature in force, as the policy in force reads them.

    A role that the policy reads otherwise is offered only while the nomenclature holds it.
    """
    held = reference.roles_at(timezone.localdate(at))
    settled = settled_roles(at)
    return {code: settled.get(code, label) for code, label in held.items()}


def opened_by(profiles: Any, at: datetime) -> dict[str, tuple[str, ...]]:
    """By profile code, what the policy in force says that it opens, in the lines of letters and attestations."""
    book = rulebook_of(in_force(at))
    return {code: portrait.in_letters(book, code) for code in sorted(codes(profiles))}
