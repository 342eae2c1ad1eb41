"""Tables for spreadsheets: what is typed comes back as typed, and nothing is ever a formula."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from portal.web import spreadsheet

TITLES = ("Dossier", "Nom", "Nombre", "Jour")
ROWS = [("C-2026-0001", "Lits « Connectés » ; fils", 3, date(2026, 3, 3)), ("C-2026-0002", "", None, None)]
FORMULAS = ["=1+1", "+33 1", "-2", "@somme", "\t=1", " =1", "|cmd", "%x", "＝1", "\r\n=1"]


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_comes_back_as_it_was() -> None:
    written = spreadsheet.csv_bytes(TITLES, ROWS)
    assert written.startswith(b"\xef\xbb\xbf")
    assert read_csv(written) == [
        list(TITLES),
        ["C-2026-0001", "Lits « Connectés » ; fils", "3", "03/03/2026"],
        ["C-2026-0002", "", "", ""],
    ]


def test_csv_is_written_as_it_is_read() -> None:
    asked: list[int] = []

    def rows():
        for number in range(3):
            asked.append(number)
            yield [number]

    lines = spreadsheet.csv_lines(["n"], rows())
    next(lines), next(lines)
    assert asked == []
    next(lines)
    assert asked == [0]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_passes_for_a_formula(text: str) -> None:
    assert read_csv(spreadsheet.csv_bytes(["x"], [[text]]))[1][0].startswith("'")
    page = load_workbook(io.BytesIO(spreadsheet.workbook(["x"], [[text]], sheet="Feuille"))).active
    cell = page["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.replace("_x000D_", "\r").strip() == text.strip()


def test_workbook_keeps_texts_numbers_and_dates() -> None:
    page = load_workbook(io.BytesIO(spreadsheet.workbook(TITLES, ROWS, sheet="Dossiers"))).active
    assert (page.title, page.freeze_panes, page["A1"].font.bold) == ("Dossiers", "A2", True)
    assert [cell.value for cell in page[2]][:3] == ["C-2026-0001", "Lits « Connectés » ; fils", 3]
    assert page["D2"].value.date() == date(2026, 3, 3)


def test_workbook_takes_what_xml_refuses_and_no_more_rows_than_it_may() -> None:
    page = load_workbook(io.BytesIO(spreadsheet.workbook(["x"], [["a\x0bb\x00c"]], sheet="\x01Feuille" * 9))).active
    assert page["A2"].value == "abc"
    assert len(page.title) == 31
    with pytest.raises(ValueError, match="too many rows"):
        spreadsheet.workbook(["x"], ([n] for n in range(spreadsheet.MOST_ROWS + 1)), sheet="x")
