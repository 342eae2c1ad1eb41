"""A list written back as CSV for spreadsheets: `;`, UTF-8 with its mark, no cell that passes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

TITLES = ("FINESS EG", "Nom de l’établissement")
_DANGEROUS = frozenset("=+-@\t\r\n\0|%＝＋－＠")


def neutral(cell: str) -> str:
    """The cell with a leading apostrophe when it could be read as a formula (OWASP), and without null characters."""
    text = cell.replace("\0", "")
    return f"'{text}" if text and (text[0] in _DANGEROUS or text.lstrip()[:1] in _DANGEROUS) else text


def csv_bytes(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A whole file, every cell neutralised."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def template() -> bytes:
    """The empty list to fill in: its titles only."""
    return csv_bytes(TITLES, [])
