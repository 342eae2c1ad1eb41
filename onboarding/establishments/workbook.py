"""Reading of an XLSX workbook that somebody else made: inspected before anything is inflated, then read by calamine.

A workbook is a ZIP of XML files. Refused before any parsing: too many members, too much once inflated, encrypted,
overlapping, nested or badly named members, macros. Refused while parsing: DTD and entities, and cells placed so far
apart that reading the sheet would fill the memory.
"""

import io
import re
import stat
import zipfile
from itertools import pairwise
from xml.parsers import expat

import python_calamine

from portal.documents.archives import BROKEN, METHODS

MAX_MEMBERS = 200
MAX_INFLATED = 50 * 1024 * 1024
MAX_RATIO = 100
RATIO_MATTERS_FROM = 1024 * 1024
MAX_AREA = 2_000_000
_CHUNK = 64 * 1024
_ENCRYPTED = 0x1
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".pptx", ".jar", ".bin")
_HARMLESS_BINARIES = re.compile(r"xl/printerSettings/[^/]+\.bin|xl/calcChain\.bin")


class UnsafeWorkbook(Exception):
    """The workbook is broken or dangerous; `sentence` says so in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read(data: bytes) -> list[list[str]]:
    """The cells of the first sheet as texts, row by row from the first line. Raises UnsafeWorkbook."""
    _inspect(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (python_calamine.CalamineError, ValueError, IndexError, KeyError) as error:
        raise UnsafeWorkbook(
            "Ce classeur est illisible : enregistrez-le à nouveau au format XLSX, ou en CSV."
        ) from error


def _text(cell: object) -> str:
    """A cell as typed: a number without decimals loses its `.0`.

    A null character, which `_x0000_` writes, is marked: PostgreSQL takes none.
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\x00", "\ufffd")


def _inspect(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_odd_archive(members)
            _refuse_odd_members(members)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _scan(archive, member)
    except BROKEN as error:
        raise UnsafeWorkbook("Ce classeur est endommagé ou protégé par un mot de passe.") from error


def _refuse_odd_archive(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names or len(names) != len(members):
        raise UnsafeWorkbook("Ce fichier n’est pas un classeur XLSX.")
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_INFLATED:
        raise UnsafeWorkbook("Ce classeur est trop volumineux une fois décompressé.")
    ordered = sorted(members, key=lambda member: member.header_offset)
    for member, following in pairwise(ordered):
        if member.header_offset + member.compress_size > following.header_offset:
            raise UnsafeWorkbook("Ce classeur est mal formé : ses parties se chevauchent.")


def _refuse_odd_members(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        name = member.filename
        if member.compress_type not in METHODS:
            raise UnsafeWorkbook("Ce classeur est endommagé : une de ses parties est comprimée autrement.")
        if member.flag_bits & _ENCRYPTED:
            raise UnsafeWorkbook("Ce classeur est chiffré : retirez son mot de passe.")
        if name.startswith("/") or ".." in name.split("/") or "\\" in name or stat.S_ISLNK(member.external_attr >> 16):
            raise UnsafeWorkbook("Ce classeur est mal formé : un nom de partie est interdit.")
        if member.file_size > RATIO_MATTERS_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise UnsafeWorkbook("Ce classeur est trop volumineux une fois décompressé.")
        if "vbaproject" in name.lower():
            raise UnsafeWorkbook(
                "Ce classeur contient des macros : enregistrez-le au format XLSX sans macro, ou en CSV."
            )
        if name.lower().endswith(_NESTED) and not _HARMLESS_BINARIES.fullmatch(name):
            raise UnsafeWorkbook("Ce classeur contient un autre fichier : enregistrez-le en CSV.")


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Parses one XML member without keeping it; the declared sizes bound what is inflated."""
    parser = expat.ParserCreate()
    extent = _Extent()
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.EntityDeclHandler = _refuse_declaration
    if member.filename.startswith("xl/worksheets/"):
        parser.StartElementHandler = extent.see
    try:
        with archive.open(member) as content:
            while chunk := content.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnsafeWorkbook("Ce classeur est endommagé : une de ses parties n’est pas lisible.") from error


def _refuse_declaration(*_: object) -> None:
    raise UnsafeWorkbook("Ce classeur contient une déclaration interdite (DTD ou entité).")


class _Extent:
    """The rectangle that the cells of a sheet span, which a reader holds whole in memory."""

    def __init__(self) -> None:
        self.rows = 1
        self.columns = 1

    def see(self, name: str, attributes: dict[str, str]) -> None:
        """Takes an element of the sheet into account. Raises UnsafeWorkbook when the rectangle grows too large."""
        if name.rpartition(":")[2] not in ("c", "row"):
            return
        self._grow(attributes.get("r", ""))
        if self.rows * self.columns > MAX_AREA:
            raise UnsafeWorkbook("Ce classeur est trop étendu : gardez seulement les lignes et colonnes de la liste.")

    def _grow(self, place: str) -> None:
        if place.isascii() and place.isdigit():
            self.rows = max(self.rows, int(place[:9]))
        elif match := _PLACE.fullmatch(place.upper()):
            self.columns = max(self.columns, _column(match[1]))
            self.rows = max(self.rows, int(match[2]))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
