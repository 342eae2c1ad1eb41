"""Regions, departments, purposes, perimeter, folded words: the reference data hold together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reference import delivered, purposes, territory
from portal.web import folding


def test_there_are_eighteen_regions_and_every_department_names_one_of_them() -> None:
    assert len(territory.region_names()) == 18
    regions = {department.region for department in territory.departments().values()}
    assert regions - {""} == set(territory.region_names())
    assert [code for code, department in territory.departments().items() if not department.region] == ["9E"]


@pytest.mark.parametrize(
    ("department", "region", "label"),
    [("01", "84", "Ain (01)"), ("2A", "94", "Corse-du-Sud (2A)"), ("9D", "04", "La Réunion (9D)"), ("ZZ", "", "ZZ")],
)
def test_departments_know_their_region_and_label(department: str, region: str, label: str) -> None:
    assert territory.region_of(department) == region
    assert territory.department_label(department) == label


@pytest.mark.parametrize(
    ("category", "is_covered"),
    [("355", True), ("500", True), ("604", True), ("SA07", True), ("462", False), ("699", False)],
)
def test_the_delivered_perimeter_sorts_categories(category: str, is_covered: bool) -> None:
    assert (category in delivered.labels(delivered.CATEGORIES)) is is_covered


def test_a_table_that_is_not_delivered_is_said_so() -> None:
    with pytest.raises(LookupError, match="TRE_R99"):
        delivered.labels("TRE_R99")


def test_purposes_fit_their_directions() -> None:
    feeding = {purpose.code for purpose in purposes.for_direction("feeding")}
    consumption = {purpose.code for purpose in purposes.for_direction("consumption")}
    assert feeding == {"bed-availability", "offer-place-link", "other"}
    assert consumption == {
        "orientation",
        "coordination",
        "regulation",
        "hospital-tension",
        "public-information",
        "other",
    }
    assert [code for code, purpose in purposes.purposes().items() if purpose.needs_text] == ["other"]
    assert purposes.label_of("orientation") == "Aide à l’orientation"
    assert purposes.label_of("inconnue") == "inconnue"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Château-d’Eau", "CHATEAU D EAU"),
        ("  CŒUR   de l'Île ", "COEUR DE L ILE"),
        ("ÆGIDE", "AEGIDE"),
        ("", ""),
        ("…", ""),
    ],
)
def test_fold_keeps_words_only(text: str, folded: str) -> None:
    assert folding.fold(text) == folded


@given(st.text(max_size=60))
def test_fold_twice_changes_nothing(text: str) -> None:
    assert folding.fold(folding.fold(text)) == folding.fold(text)


def test_words_are_distinct_and_bounded() -> None:
    assert folding.words("ch CH de d’e de") == ["CH", "DE", "D", "E"]
    assert len(folding.words(" ".join(map(str, range(40))))) == 8
