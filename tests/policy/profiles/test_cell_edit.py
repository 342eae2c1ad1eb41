"""Editing a cell changes that cell and no other, whatever rules it shared with others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.profiles import cell_edit, difference, rulebook_file, rulebook_text
from policy.profiles.cell_edit import Cell, Opening
from policy.profiles.openness import Degree, of_cell
from policy.profiles.rulebook import Clause, Rulebook

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
PROFILES = st.sampled_from("012345AB")
ELEMENTS = st.sampled_from(list(BOOK.elements))
OPERATIONS = st.frozensets(st.sampled_from(list(BOOK.operations)), min_size=1)
CLAUSES = st.sampled_from([Clause(f.code, frozenset([v])) for f in BOOK.facts.values() for v in f.values])
OPENINGS = st.none() | st.builds(
    Opening,
    st.lists(CLAUSES.map(lambda clause: (clause,)), min_size=1, max_size=2).map(tuple),
    st.just("guide"),
    st.just("essai"),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(PROFILES, ELEMENTS, OPERATIONS, OPENINGS)
def test_set_cell_changes_no_other_cell_and_can_be_written(
    profile: str, element: str, operations: frozenset[str], opening: Opening | None
) -> None:
    after = cell_edit.set_cell(BOOK, Cell(profile, element, operations), opening)
    for change in difference.compare(BOOK, after).cells:
        assert (change.profiles, change.element) == ({profile}, element)
        assert set(change.operations) <= operations
    again = rulebook_file.read(rulebook_text.write(after))
    assert difference.compare(after, again).cells == ()


def test_set_cell_closes_and_opens() -> None:
    cell = Cell("2", "Location.equipment", frozenset({"read"}))
    closed = cell_edit.set_cell(BOOK, cell, None)
    assert of_cell(closed, {"2"}, "read", "Location.equipment").degree is Degree.NEVER
    assert of_cell(closed, {"2"}, "search", "Location.equipment").degree is Degree.CONDITION
    assert of_cell(closed, {"5"}, "read", "Location.equipment").degree is Degree.CONDITION
    opened = cell_edit.set_cell(closed, cell, Opening(((),), "guide", "essai"))
    assert of_cell(opened, {"2"}, "read", "Location.equipment").degree is Degree.ALWAYS


def test_set_cell_joins_a_rule_that_says_the_same() -> None:
    cells = [Cell(code, "Organization.orsan", frozenset({"read"})) for code in "02"]
    book: Rulebook = BOOK
    for cell in cells:
        book = cell_edit.set_cell(book, cell, Opening(((),), "guide", "essai"))
    (rule,) = [rule for rule in book.rules if rule.article == "essai"]
    assert (rule.id, rule.profiles) == ("ORGANIZATION-0", frozenset("02"))


@pytest.mark.parametrize(("option", "effect"), [("oubli", Degree.CONDITION), ("lettre", Degree.ALWAYS)])
def test_settle_chooses_the_rules_that_hold(option: str, effect: Degree) -> None:
    book = cell_edit.settle(BOOK, "profil-5-actes", option, confirmed=False)
    assert of_cell(book, {"5"}, "read", "HealthcareService.acts").degree is effect
    assert len(book.all_rules()) == len(BOOK.all_rules())
