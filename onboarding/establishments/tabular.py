"""Reading of what a vendor sends as a table: CSV in usual encodings and separators, pasted text, XLSX.

Nothing here knows of establishments: bytes in, rows of short texts out, each with its line number in the file.
"""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from onboarding.establishments import workbook
from portal.web import typed

MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 300
MAX_LINE = 20_000
_SEPARATORS = (";", "\t", ",")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


class UnreadableTable(Exception):
    """The whole file cannot be read; `sentence` says why and what to send instead, in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Row(NamedTuple):
    """One row: its line number in the file, counted from one, and its cells, stripped."""

    line: int
    cells: tuple[str, ...]


def read(data: bytes, *, longest: int = MAX_CELL) -> list[Row]:
    """The rows that hold something, in order; a cell keeps its `longest` first characters.

    Raises UnreadableTable for what is neither text nor a safe workbook.
    """
    if typed.holds_private_key(data):
        raise UnreadableTable(typed.PRIVATE_KEY)
    if data.startswith(_OLD_WORKBOOK):
        raise UnreadableTable(
            "Ce fichier est un ancien classeur (.xls) ou un classeur protégé : enregistrez-le en XLSX ou en CSV."
        )
    rows = _workbook_rows(data, longest) if data.startswith(_ZIP) else _text_rows(_decoded(data), longest)
    return _bounded(rows)


def read_text(text: str) -> list[Row]:
    """The rows of a text pasted in a page. Raises UnreadableTable when there are too many, or a private key."""
    if typed.holds_private_key(text.encode("utf-8", "replace")):
        raise UnreadableTable(typed.PRIVATE_KEY)
    return _bounded(_text_rows(text, MAX_CELL))


def _bounded(rows: Iterator[Row]) -> list[Row]:
    kept: list[Row] = []
    for row in rows:
        if not any(row.cells):
            continue
        if len(kept) == MAX_ROWS:
            raise UnreadableTable(f"Le fichier dépasse {MAX_ROWS} lignes : envoyez une liste plus courte.")
        kept.append(row)
    return kept


def _workbook_rows(data: bytes, longest: int) -> Iterator[Row]:
    try:
        cells = workbook.read(data)
    except workbook.UnsafeWorkbook as error:
        raise UnreadableTable(error.sentence) from error
    return (_row(line, values, longest) for line, values in enumerate(cells, start=1))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _text_rows(text: str, longest: int) -> Iterator[Row]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd").lstrip("\ufeff")
    separator = _separator(text)
    try:
        return iter(_quoted_rows(text, separator, longest))
    except csv.Error:  # a quote that never closes, or an endless cell: each line then stands for itself
        return _plain_rows(text, separator, longest)


def _separator(text: str) -> str:
    """The separator that most of the first lines hold, then that they hold most; a text without any is one column.

    Lines count first: one cell may list a thousand things between commas.
    """
    head = [line for line in text[:20_000].split("\n") if line.strip()][:20]

    def weight(separator: str) -> tuple[int, int]:
        held = [line.count(separator) for line in head]
        return sum(map(bool, held)), sum(held)

    return max(_SEPARATORS, key=weight)


def _quoted_rows(text: str, separator: str, longest: int) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    first = 1
    for cells in reader:
        if len(rows) > MAX_ROWS:
            break
        rows.append(_row(first, cells, longest))
        first = reader.line_num + 1
    return rows


def _plain_rows(text: str, separator: str, longest: int) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        yield _row(number, line[:MAX_LINE].replace('"', "").split(separator), longest)


def _row(line: int, cells: list[str], longest: int) -> Row:
    return Row(line, tuple(" ".join(cell[:longest].split()) for cell in cells[:MAX_COLUMNS]))
