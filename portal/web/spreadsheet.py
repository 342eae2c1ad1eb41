"""Tables written for spreadsheets: CSV (`;`, UTF-8 with its mark) line by line, or an XLSX workbook.

No cell passes for a formula (OWASP, CSV injection): in CSV a text that could be one takes a leading apostrophe, in XLSX
it is stored as text, whatever it begins with.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

Cell = str | int | date | None  # a date is written as a date; instants come as the text of their day
DANGEROUS = frozenset("=+-@\t\r\n\0|%＝＋－＠")
MOST_ROWS = 50_000  # of a workbook, which is built whole in memory; CSV has no limit
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_767  # characters that a cell of a workbook holds
_WIDEST = 60
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")  # of a sheet


class TooManyRows(ValueError):
    """A workbook holds MOST_ROWS rows at most."""


def neutral(cell: str) -> str:
    """The cell with a leading apostrophe when it could be read as a formula, and without null characters."""
    text = cell.replace("\0", "")
    return f"'{text}" if text and is_dangerous(text) else text


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet could take this text for a formula."""
    return text[:1] in DANGEROUS or text.lstrip()[:1] in DANGEROUS


def csv_lines(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The lines of a file, its mark first, as they are asked for: nothing is held in memory."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    for row in _with_titles(titles, rows):
        writer.writerow([neutral(_text(cell)) for cell in row])
        yield written.getvalue().encode()
        written.seek(0)
        written.truncate()


def csv_bytes(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A whole file, every cell neutralised."""
    return b"".join(csv_lines(titles, rows))


def _with_titles(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    yield titles
    yield from rows


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else str(cell)


def workbook(titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str) -> bytes:
    """A workbook of one sheet, its titles in bold and frozen. Raises TooManyRows beyond MOST_ROWS."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_NOT_IN_A_TITLE.sub(" ", ILLEGAL_CHARACTERS_RE.sub("", sheet))[:31].strip())
    page.freeze_panes = "A2"
    for index, title in enumerate(titles):
        page.column_dimensions[chr(ord("A") + index)].width = min(max(len(title) + 4, 14), _WIDEST)
    page.append([_bold(page, title) for title in titles])
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise TooManyRows("too many rows for a workbook")
        page.append([_cell(page, cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _bold(page: object, title: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, title)
    cell.font = Font(bold=True)
    return cell


def _cell(page: object, value: Cell) -> object:
    """A value as openpyxl takes it; a text that begins like a formula is forced to be text."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
    if not is_dangerous(text):
        return text
    cell = WriteOnlyCell(page, text)
    cell.data_type, cell.quotePrefix = "s", True
    return cell
