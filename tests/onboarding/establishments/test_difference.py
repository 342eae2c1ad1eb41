"""Differences between lists, digests, and the file that spreadsheets open safely."""

import csv
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.establishments import difference, export

SETS = st.lists(st.text(alphabet="0123456789", min_size=1, max_size=3), max_size=8)


def test_between_sorts_what_comes_in_goes_out_and_stays() -> None:
    changes = difference.between(["b", "a", "c"], ["d", "c", "c"])
    assert (changes.added, changes.removed, changes.kept) == (("d",), ("a", "b"), ("c",))
    assert not changes.is_empty
    assert difference.between(["a"], ["a"]).is_empty


@given(SETS, SETS)
def test_between_rebuilds_the_new_set_from_the_former(former: list[str], new: list[str]) -> None:
    changes = difference.between(former, new)
    assert (set(former) - set(changes.removed)) | set(changes.added) == set(new)


@given(SETS, st.randoms())
def test_digest_names_the_set_whatever_order_and_repeats(numbers: list[str], random: object) -> None:
    assert difference.digest(numbers) == difference.digest(sorted(numbers * 2, reverse=True))


def test_digest_is_the_one_that_anybody_can_compute() -> None:
    assert difference.digest(["010000032", "010000024"]) == hashlib.sha256(b"010000024\n010000032\n").hexdigest()


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-1", "@x", "\t=1", "\r=1", "\0=1", "＝1+1", "＋1", " =1", "|x", "%x"])
def test_neutral_disarms_what_could_be_a_formula(cell: str) -> None:
    assert export.neutral(cell).startswith("'")
    assert "\0" not in export.neutral(cell)


@pytest.mark.parametrize("cell", ["", "010000024", "CH D’ÎLE", "2A0000154", "a=1"])
def test_neutral_leaves_the_rest_alone(cell: str) -> None:
    assert export.neutral(cell) == cell


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_csv_is_read_back_and_holds_no_formula(rows: list[tuple[str, str]]) -> None:
    text = export.csv_bytes(export.TITLES, rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert read[0] == list(export.TITLES)
    assert [len(row) for row in read[1:]] == [2] * len(rows)
    assert not any(cell.lstrip()[:1] in set("=+-@") for row in read[1:] for cell in row if cell.lstrip())


def test_template_holds_its_titles_only() -> None:
    assert export.template() == "FINESS EG;Nom de l’établissement\r\n".encode("utf-8-sig")
