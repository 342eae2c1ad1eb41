"""Reading workbooks: what is right is read, what is dangerous is refused before it is inflated."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.establishments import workbook
from onboarding.establishments.tabular import read as read_table
from onboarding.establishments.workbook import UnsafeWorkbook

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Liste" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def relation(identifier: str, kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="{identifier}" Type="{RELATIONS}/{kind}" Target="{target}"/></Relationships>'
    )


def sheet(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


ROWS = (
    f'<row r="1">{text_cell("A1", "FINESS EG")}{text_cell("B1", "Nom")}</row>'
    f'<row r="2"><c r="A2"><v>10000024</v></c>{text_cell("B2", "Fleyriat")}</row>'
    f'<row r="4">{text_cell("A4", "2A0000154")}</row>'
)


def parts(rows: str = ROWS, **others: str | bytes) -> dict[str, str | bytes]:
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relation("rId1", "officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": relation("rId1", "worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet(rows),
    }
    return found | others


def book(rows: str = ROWS, *, compression: int = zipfile.ZIP_DEFLATED, **others: str | bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, content in parts(rows, **others).items():
            archive.writestr(name, content)
    return written.getvalue()


def refused(data: bytes, words: str) -> None:
    with pytest.raises(UnsafeWorkbook, match=words):
        workbook.read(data)


def test_read_gives_the_cells_of_the_first_sheet_as_texts() -> None:
    assert workbook.read(book()) == [["FINESS EG", "Nom"], ["10000024", "Fleyriat"], ["", ""], ["2A0000154", ""]]


def test_read_keeps_the_place_of_a_sheet_that_starts_lower() -> None:
    assert workbook.read(book(f'<row r="3">{text_cell("B3", "x")}</row>'))[2] == ["", "x"]


def test_table_numbers_lines_as_the_sheet_does() -> None:
    assert [(row.line, row.cells[0]) for row in read_table(book())] == [
        (1, "FINESS EG"),
        (2, "10000024"),
        (4, "2A0000154"),
    ]


@pytest.mark.parametrize(
    ("value", "text"), [("12.5", "12.5"), ("1e8", "100000000"), ("-3", "-3"), ("NaN", "nan"), ("inf", "inf")]
)
def test_read_takes_any_number(value: str, text: str) -> None:
    assert workbook.read(book(f'<row r="1"><c r="A1"><v>{value}</v></c></row>')) == [[text]]


def test_read_marks_a_null_character_which_no_database_takes() -> None:
    assert workbook.read(book(f'<row r="1">{text_cell("A1", "0100_x0000_24")}</row>')) == [["0100\ufffd24"]]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>',
        '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE x>",
    ],
)
def test_read_refuses_dtd_and_entities(declaration: str) -> None:
    refused(book(**{"xl/worksheets/sheet1.xml": declaration + sheet(ROWS)}), "DTD ou entité")
    utf16 = ('<?xml version="1.0" encoding="utf-16"?>' + declaration + sheet(ROWS)).encode("utf-16")
    refused(book(**{"xl/worksheets/sheet1.xml": utf16}), "DTD ou entité")
    refused(book(**{"_rels/.rels": declaration + relation("rId1", "x", "y")}), "DTD ou entité")


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/VBAPROJECT.bin"])
def test_read_refuses_macros(name: str) -> None:
    refused(book(**{name: b"x"}), "macros")


@pytest.mark.parametrize("name", ["xl/embeddings/a.xlsx", "xl/embeddings/oleObject1.bin", "autre.zip"])
def test_read_refuses_nested_files(name: str) -> None:
    refused(book(**{name: b"x"}), "contient un autre fichier")


def test_read_lets_printer_settings_pass() -> None:
    assert workbook.read(book(**{"xl/printerSettings/printerSettings1.bin": b"x"}))


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "xl/../../x", "a\\b"])
def test_read_refuses_odd_names(name: str) -> None:
    refused(book(**{name: b"x"}), "nom de partie|endommagé")


def test_read_refuses_a_symbolic_link() -> None:
    written = io.BytesIO(book())
    with zipfile.ZipFile(written, "a") as archive:
        link = zipfile.ZipInfo("xl/lien")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    refused(written.getvalue(), "nom de partie")


def test_read_refuses_too_many_members() -> None:
    refused(book(**{f"xl/media/{n}.png": b"x" for n in range(200)}), "trop volumineux")


def test_read_refuses_a_bomb_before_inflating_it() -> None:
    refused(book(**{"xl/worksheets/sheet1.xml": sheet(" " * 8_000_000)}), "trop volumineux")


def test_read_refuses_more_than_fifty_megabytes_in_all() -> None:
    data = book(compression=zipfile.ZIP_STORED, **{f"xl/media/{n}.png": b"x" * 6_000_000 for n in range(9)})
    refused(data, "trop volumineux")


def test_read_refuses_a_member_that_lies_about_its_size() -> None:
    data = book(**{"xl/worksheets/sheet1.xml": sheet(" " * 900_000)})
    true_size = struct.pack("<I", len(sheet(" " * 900_000)))
    assert data.count(true_size) == 2
    refused(data.replace(true_size, struct.pack("<I", 2000)), "endommagé")


def test_read_refuses_cells_placed_far_apart() -> None:
    far = f'<row r="1">{text_cell("A1", "x")}</row><row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    refused(book(far), "trop étendu")
    refused(book('<row r="1048576"/>' + f'<row r="9">{text_cell("&#90;Z9", "x")}</row>'), "trop étendu")


def test_read_refuses_an_encrypted_member() -> None:
    data = bytearray(book())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        data[place + offset] |= 1
    refused(bytes(data), "chiffré|mot de passe")


def test_read_refuses_a_member_compressed_badly_by_another_method() -> None:
    data = book(compression=zipfile.ZIP_LZMA)
    refused(data.replace(b"\x05\x00\x5d", b"\x05\x00\xff"), "endommagé")


def test_read_refuses_overlapping_members() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
        archive.filelist[1].header_offset = archive.filelist[0].header_offset
    refused(written.getvalue(), "chevauchent|endommagé")


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_read_refuses_a_workbook_without_its_parts(missing: str) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts().items():
            if name != missing:
                archive.writestr(name, content)
    refused(written.getvalue(), "XLSX")


@pytest.mark.parametrize("broken", ["<worksheet", "", "<a></b>", "\x00"])
def test_read_refuses_broken_xml(broken: str) -> None:
    refused(book(**{"xl/worksheets/sheet1.xml": broken}), "endommagé|illisible")


WHOLE = {kind: book(compression=kind) for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)}


@settings(max_examples=200)
@given(st.sampled_from(sorted(WHOLE)), st.floats(0, 1), st.binary(min_size=1, max_size=6), st.booleans())
def test_read_never_raises_anything_else_on_damaged_workbooks(kind: int, where: float, noise: bytes, cut: bool) -> None:
    whole = WHOLE[kind]
    place = int(where * len(whole))
    data = whole[:place] + noise + (b"" if cut else whole[place + len(noise) :])
    try:
        workbook.read(data)
    except UnsafeWorkbook:
        return


@given(st.text(alphabet=st.sampled_from("<>/= rctv\"'A1Z9&;#x"), max_size=60))
def test_read_never_raises_anything_else_on_odd_sheets(rows: str) -> None:
    try:
        workbook.read(book(rows))
    except UnsafeWorkbook:
        return
