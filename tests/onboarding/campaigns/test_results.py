"""Coverage by priority: figures that add up, bars that stay within their frame."""

from hypothesis import given
from hypothesis import strategies as st

from onboarding.campaigns.results import BAR, Priority, Status, coverage

PAIRS = st.lists(st.tuples(st.sampled_from(Priority), st.sampled_from(Status)), max_size=40)


def test_coverage_counts_by_priority_and_leaves_out_the_empty_ones() -> None:
    found = coverage([("critical", "success"), ("critical", "failure"), ("critical", "error"), ("unset", "not_run")])
    assert [(row.priority, row.passed, row.failed, row.not_run) for row in found] == [
        (Priority.CRITICAL, 1, 2, 0),
        (Priority.UNSET, 0, 0, 1),
    ]
    assert (found[0].passed_share, found[0].failed_share, found[0].excepted) == (33, 66, 2)


@given(PAIRS)
def test_coverage_adds_up_and_says_all_passed_only_when_it_is_so(pairs: list[tuple[Priority, Status]]) -> None:
    found = coverage(pairs)
    assert sum(row.total for row in found) == len(pairs)
    assert all(row.passed_bar + row.failed_bar <= BAR for row in found)
    assert all((row.passed_share == 100) == (row.passed == row.total) for row in found)
