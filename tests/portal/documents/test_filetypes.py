"""The nature of a file is told from its bytes."""

import io
import zipfile

import pytest

from portal.documents import filetypes

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def workbook(*names: str, filler: int = 0) -> bytes:
    """A zip archive with these entries."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "0" * filler)
    return data.getvalue()


XLSX = workbook("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PDF, filetypes.PDF),
        (b"\x89PNG\r\n\x1a\n....", filetypes.PNG),
        (b"\xff\xd8\xff\xe0....", filetypes.JPEG),
        (XLSX, filetypes.XLSX),
        (b"finess;nom\n690000001;H\xc3\xb4pital\n", filetypes.CSV),
        (b"finess;nom\n690000001;H\xf4pital\n", filetypes.CSV),
        ("\ufeff690000001\n690000002\n".encode(), filetypes.CSV),
        (b' {"runs": []}', filetypes.JSON),
        (b"[1, 2]", filetypes.JSON),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", filetypes.PEM),
        (b"Bag Attributes\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", filetypes.PEM),
    ],
)
def test_nature_is_recognised_from_the_bytes(data: bytes, media_type: str) -> None:
    assert filetypes.recognise(data) == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n ",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"%PDF-1.7 truncated",
        b"<html><script>alert(1)</script></html>",
        b"<?xml version='1.0'?><svg onload='alert(1)'/>",
        b"GIF89a....",
        b"PK\x03\x04 broken",
        workbook("word/document.xml", "[Content_Types].xml"),
        workbook("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        workbook("[Content_Types].xml", "xl/workbook.xml", *(f"xl/{n}" for n in range(2100))),
        b"a;b\x00c\n1;2\n",
        b"un seul mot",
    ],
)
def test_nature_is_unknown_when_the_portal_does_not_take_it(data: bytes) -> None:
    assert filetypes.recognise(data) is None


def test_workbook_is_refused_when_it_would_expand_beyond_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filetypes, "MAX_EXPANDED", 10_000)
    assert filetypes.recognise(workbook("[Content_Types].xml", "xl/workbook.xml", filler=20_000)) is None


def test_accepted_natures_are_worded_as_a_list() -> None:
    assert filetypes.in_words({filetypes.PDF}) == "PDF"
    assert filetypes.in_words({filetypes.CSV, filetypes.XLSX}) == "classeur Excel (XLSX) ou CSV"
    assert filetypes.in_words({filetypes.PDF, filetypes.PNG, filetypes.JPEG}) == "PDF, PNG ou JPEG"
