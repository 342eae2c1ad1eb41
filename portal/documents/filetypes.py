"""What a deposited file really is, told from its bytes and never from its name or from what the browser declares."""

import io
import re
import zipfile
from collections.abc import Callable

from portal.documents import archives

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
JSON = "application/json"
PEM = "application/x-pem-file"
SCANS = frozenset({PDF, PNG, JPEG})  # a paper as people send it: scanned, photographed or printed to a file

EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", XLSX: ".xlsx", CSV: ".csv", JSON: ".json", PEM: ".pem"}
LABELS = {PDF: "PDF", PNG: "PNG", JPEG: "JPEG", XLSX: "classeur Excel (XLSX)", CSV: "CSV", JSON: "JSON", PEM: "PEM"}

MAX_ENTRIES = 2000  # of a workbook's archive
MAX_EXPANDED = 200 * 1024 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def recognise(data: bytes) -> str | None:
    """The media type of the bytes; None for anything that the portal does not take in."""
    return next((media_type for media_type, is_one in _TESTS if is_one(data)), None)


def in_words(media_types: set[str] | frozenset[str]) -> str:
    """« PDF, PNG ou JPEG », in the order of this module."""
    labels = [label for media_type, label in LABELS.items() if media_type in media_types]
    return " ou ".join(part for part in (", ".join(labels[:-1]), labels[-1]) if part)


def _is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]


def _is_png(data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n\x1a\n")


def _is_jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff")


def _is_xlsx(data: bytes) -> bool:
    """A workbook's archive, of a reasonable size once expanded (a bomb is refused before it is read)."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except archives.BROKEN:
        return False
    names = {entry.filename for entry in entries}
    bounded = len(entries) <= MAX_ENTRIES and sum(entry.file_size for entry in entries) <= MAX_EXPANDED
    macros = any(name.endswith("vbaProject.bin") for name in names)
    return bounded and not macros and {"[Content_Types].xml", "xl/workbook.xml"} <= names


def _is_pem(data: bytes) -> bool:
    return data.isascii() and re.search(rb"-----BEGIN [A-Z0-9 ]+-----", data) is not None


def _is_json(data: bytes) -> bool:
    text = _text(data, ["utf-8-sig"])
    return text is not None and text.lstrip()[:1] in {"{", "["}


def _is_csv(data: bytes) -> bool:
    text = _text(data, ["utf-8-sig", "cp1252"])
    if text is None or text.lstrip()[:1] == "<":
        return False
    return any(separator in text.lstrip().split("\n", 1)[0] for separator in ";,\t") or "\n" in text.strip()


def _text(data: bytes, encodings: list[str]) -> str | None:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if text.strip() and not _CONTROLS.search(text) else None
    return None


_TESTS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (PDF, _is_pdf),
    (PNG, _is_png),
    (JPEG, _is_jpeg),
    (XLSX, _is_xlsx),
    (PEM, _is_pem),
    (JSON, _is_json),
    (CSV, _is_csv),
)
