"""The index of a publication: what it holds, and what it makes of rows that cannot be read."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.profiles.rulebook import EMPTY
from policy.verdicts import index
from tests.factories.verdicts import FIRST, SECOND, document, entry, fingerprint


def test_build_numbers_each_establishment_once() -> None:
    made = index.build(document(entry(1), entry(2)), EMPTY)
    assert sorted(made.numbers) == sorted([FIRST, SECOND])
    assert (made.environment, made.version, made.count, made.faults) == ("production", 12, 2, ())
    (right,) = made.by_fingerprint[fingerprint("1")]
    assert {made.numbers[FIRST], made.numbers[SECOND]} == set(right.perimeter)


def test_build_gives_a_certificate_its_own_establishments() -> None:
    own = {"sha256": fingerprint("a"), "not_after": "2028-01-01T00:00:00Z", "establishments": [FIRST]}
    made = index.build(document(entry(1, certificates=[own])), EMPTY)
    (narrow,), (wide,) = made.by_fingerprint[fingerprint("a")], made.by_client_id["ror-1"]
    assert set(narrow.perimeter) == {made.numbers[FIRST]}
    assert len(wide.perimeter) == 2


def test_build_never_gives_a_certificate_more_than_its_entry() -> None:
    own = {"sha256": fingerprint("a"), "not_after": "2028-01-01T00:00:00Z", "establishments": ["999999999"]}
    made = index.build(document(entry(1, certificates=[own])), EMPTY)
    assert not made.by_fingerprint[fingerprint("a")][0].perimeter


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": None},
        {"establishments": "350054680"},
        {"establishments": [350054680]},
        {"effective_at": "demain"},
        {"effective_at": "2026-01-01T00:00:00"},
        {"certificates": None},
        {"certificates": [{"sha256": "A" * 64, "not_after": "2028-01-01T00:00:00Z"}]},
        {"certificates": [{"sha256": "1" * 64}]},
        {"client_id": 3},
        {"state": 1},
    ],
)
def test_build_admits_nobody_by_an_unreadable_entry_and_keeps_the_others(changes: dict[str, Any]) -> None:
    made = index.build(document(entry(1, **changes), entry(2)), EMPTY)
    assert len(made.faults) == 1
    assert made.faults[0].startswith("inscription n° 1 illisible")
    assert list(made.by_client_id) == ["ror-2"]
    assert list(made.by_fingerprint) == [fingerprint("2")]


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        [],
        {},
        document(version="12"),
        document(version=True),
        document(entries={}),
        document(environment=None),
        document(entry(1), count=2),
    ],
)
def test_build_refuses_what_is_no_whole_publication(damaged: Any) -> None:
    with pytest.raises(index.DocumentRefused):
        index.build(damaged, EMPTY)


def test_empty_knows_nobody() -> None:
    made = index.empty("sandbox", EMPTY)
    assert (made.environment, made.version, len(made.by_fingerprint), len(made.by_client_id)) == ("sandbox", 0, 0, 0)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(JUNK | st.dictionaries(st.sampled_from(sorted(entry(1))), JUNK), max_size=3))
def test_build_never_raises_on_damaged_entries(entries: list[Any]) -> None:
    made = index.build(document(*entries, entry(5)), EMPTY)
    assert "ror-5" in made.by_client_id
