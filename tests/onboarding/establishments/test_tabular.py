"""Reading tables: encodings, separators, quotes, endless lines; never an unexpected exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.establishments import tabular
from onboarding.establishments.tabular import Row, UnreadableTable, read, read_text


def cells(data: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read(data)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_takes_usual_encodings_separators_and_line_ends(encoding: str, separator: str, end: str) -> None:
    lines = [f"FINESS{separator}Nom", f"010000024{separator}Hôpital de l’Île", ""]
    assert cells(end.join(lines).encode(encoding)) == [("FINESS", "Nom"), ("010000024", "Hôpital de l’Île")]


def test_read_numbers_lines_as_the_file_does() -> None:
    data = b'FINESS;Nom\n\n010000024;"Ch\nde Fleyriat"\n010000032;Belley\n'
    assert read(data) == [
        Row(1, ("FINESS", "Nom")),
        Row(3, ("010000024", "Ch de Fleyriat")),
        Row(5, ("010000032", "Belley")),
    ]


def test_read_takes_doubled_quotes_and_separators_inside_them() -> None:
    assert cells(b'010000024;"CH ""A""; site B"\n') == [("010000024", 'CH "A"; site B')]


def test_read_goes_on_after_a_quote_that_never_closes() -> None:
    found = cells(b'FINESS;Nom\n010000024;"CH de Fleyriat\n010000032;Belley\n')
    assert found == [("FINESS", "Nom"), ("010000024", "CH de Fleyriat"), ("010000032", "Belley")]


def test_read_bounds_an_endless_line() -> None:
    found = cells(b"010000024;" + b"a" * 1_000_000 + b"\n010000032;Belley\n")
    assert found[1] == ("010000032", "Belley")
    assert len(found[0][1]) == tabular.MAX_CELL


def test_read_bounds_columns() -> None:
    assert len(cells(b";".join([b"x"] * 5000))[0]) == tabular.MAX_COLUMNS


def test_read_drops_empty_lines_and_spaces() -> None:
    assert cells(b" 010000024 ;\xc2\xa0CH  A \n;;\n\n") == [("010000024", "CH A")]


def test_read_marks_null_characters() -> None:
    assert cells(b"0100\x0000024;CH\n") == [("0100\ufffd00024", "CH")]


def test_read_refuses_too_many_lines() -> None:
    with pytest.raises(UnreadableTable, match="dépasse 20000 lignes"):
        read(b"010000024\n" * (tabular.MAX_ROWS + 1))


def test_read_refuses_an_old_workbook_and_says_what_to_send() -> None:
    with pytest.raises(UnreadableTable, match="XLSX ou en CSV"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500)


def test_read_text_takes_what_is_pasted_from_a_spreadsheet() -> None:
    assert [row.cells for row in read_text("010000024\tFleyriat\r\n010000032\tBelley")] == [
        ("010000024", "Fleyriat"),
        ("010000032", "Belley"),
    ]


def test_empty_input_has_no_row() -> None:
    assert read(b"") == read(b"\n\n;;\n") == read_text("  ") == []


@given(st.binary(max_size=400))
def test_read_never_raises_anything_else_on_bytes(data: bytes) -> None:
    try:
        rows = read(data)
    except UnreadableTable:
        return
    assert all(any(row.cells) for row in rows)


@given(st.text(alphabet=st.sampled_from('0123456789AB;,\t"\n\r =\x00é'), max_size=200))
def test_read_text_never_raises_and_numbers_lines_in_order(text: str) -> None:
    lines = [row.line for row in read_text(text)]
    assert lines == sorted(set(lines))


def test_a_cell_that_lists_many_things_between_commas_does_not_choose_the_separator() -> None:
    listed = ", ".join("010000024" for _ in range(40))
    assert cells(f"Service;Liste\nLits;{listed}\n".encode()) == [("Service", "Liste"), ("Lits", listed[:300])]
