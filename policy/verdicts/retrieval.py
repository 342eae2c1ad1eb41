"""Retrieval cases in a question: the case gives the operation, and never carries some of the elements.

Settled question 11. A case is named by its code in the policy; what it leaves out is refused whatever the profile, with
the sentence of the policy.
"""

from policy.profiles.engine import Reason
from policy.profiles.rulebook import Case, Rulebook

from .grounds import Ground

EXCLUDED = Ground.CASE_EXCLUDED


def named(book: Rulebook, code: str, operation: str | None) -> Case | Ground:
    """The case, or why the question cannot be read: no such case, or another operation than its own."""
    case = book.cases.get(code)
    if case is None:
        return Ground.CASE_UNKNOWN
    return case if operation in (None, "", case.operation) else Ground.CASE_CONTRADICTED


def leaves_out(book: Rulebook, case: Case, element: str | None) -> bool:
    """Whether the case carries nothing of what is asked; a question about no element is about the operation alone."""
    covered = book.named(element) if element else ()
    return bool(covered) and set(covered) <= set(case.excludes)


def reason(book: Rulebook, case: Case) -> Reason:
    """Why the case gives nothing, with its source."""
    source = book.sources.get(case.source)
    return Reason(EXCLUDED, f"{case.label}. {case.because}", "", f"{source.title}, {case.article}" if source else "")
