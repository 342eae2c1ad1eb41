"""Reader of the FINESS register's classic stock file of establishments (`etalab-cs1100502-stock-….csv`).

Layout: no column header; first line `finess;etalab;<flow number>;<date>`; then one line per establishment, 32 fields
separated by `;`, quotes doubled; UTF-8 today, cp1252 in older releases. The variant with coordinates (`1100507`) adds
`geolocalisation` lines, which are passed over. Closed establishments are absent from the file.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portal.reference import finess

FIELDS = 32
_HEADER, _ESTABLISHMENT, _LEGAL_ENTITY, _LOCATION = "finess", "structureet", "structureej", "geolocalisation"
_NUMBER, _LEGAL_NUMBER, _NAME, _LONG_NAME, _DEPARTMENT, _ROUTING = 1, 2, 3, 4, 13, 15
_CATEGORY, _CATEGORY_LABEL, _SIRET = 18, 19, 22
_SIRET_SHAPE = re.compile(r"[0-9]{14}")
_LIMITS = {"name": 250, "category": 4, "category_label": 200, "department": 3, "postcode": 10, "city": 120}


class UnreadableRegister(Exception):
    """The file is not a register of establishments; `sentence` says so in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class RegisteredEstablishment:
    """One line of the register. `siret` is empty when the register does not give fourteen digits."""

    finess: str
    finess_ej: str
    name: str
    category: str
    category_label: str
    department: str
    postcode: str
    city: str
    siret: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that could not be read: its number in the file, why in French, its FINESS when that much was legible."""

    line: int
    sentence: str
    finess: str = ""


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """What a file holds: its header, its establishments in the order of the file, its faulty lines."""

    flow_number: str
    flow_date: date
    encoding: str
    establishments: tuple[RegisteredEstablishment, ...]
    faults: tuple[Fault, ...]


def read(data: bytes) -> RegisterFile:
    """Reads a whole file. Raises UnreadableRegister when its header or its nature is wrong; bad lines become faults."""
    text, encoding = _decoded(data)
    lines = [line.rstrip("\r") for line in text.split("\n")]
    flow_number, flow_date = _header(lines[0])
    kept: dict[str, RegisteredEstablishment] = {}
    faults: list[Fault] = []
    for item in _items(lines):
        if isinstance(item, Fault):
            faults.append(item)
        elif item[1].finess in kept:
            faults.append(
                Fault(item[0], f"Ligne {item[0]} : le numéro {item[1].finess} figure déjà plus haut.", item[1].finess)
            )
        else:
            kept[item[1].finess] = item[1]
    if not kept:
        raise UnreadableRegister("Ce fichier ne contient aucun établissement lisible.")
    return RegisterFile(flow_number, flow_date, encoding, tuple(kept.values()), tuple(faults))


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Windows-1252"


def _header(line: str) -> tuple[str, date]:
    fields = [field.strip() for field in line.split(";")]
    if len(fields) != 4 or fields[:2] != [_HEADER, "etalab"]:
        raise UnreadableRegister(
            "Ce fichier n’est pas une extraction du registre FINESS : sa première ligne doit être "
            "« finess;etalab;numéro de flux;date »."
        )
    try:
        return fields[2][:20], date.fromisoformat(fields[3])
    except ValueError as error:
        raise UnreadableRegister(f"La date « {fields[3][:30]} » n’est pas au format AAAA-MM-JJ.") from error


def _items(lines: list[str]) -> Iterator[Fault | tuple[int, RegisteredEstablishment]]:
    for number, line in enumerate(lines[1:], start=2):
        if not line or line.startswith(f"{_LOCATION};"):
            continue
        if line.startswith(f"{_LEGAL_ENTITY};"):
            raise UnreadableRegister(
                "Ce fichier est celui des entités juridiques (1100501) : chargez celui des établissements (1100502)."
            )
        yield _establishment(number, line)


def _establishment(number: int, line: str) -> Fault | tuple[int, RegisteredEstablishment]:
    fields = _split(line)
    if fields is None or fields[0] != _ESTABLISHMENT or len(fields) != FIELDS:
        found = f"{len(fields)} champs" if fields else "guillemets mal fermés"
        return Fault(number, f"Ligne {number} : 32 champs « structureet » attendus, {found}.", _legible_number(line))
    row = _row(fields)
    if sentence := _fault_of(row):
        return Fault(number, f"Ligne {number} : {sentence}", row.finess if finess.is_valid(row.finess) else "")
    return number, row


def _split(line: str) -> list[str] | None:
    if '"' not in line:
        return line.split(";")
    try:
        return next(csv.reader([line], delimiter=";", strict=True))
    except csv.Error:
        return None


def _row(fields: list[str]) -> RegisteredEstablishment:
    postcode, _, city = fields[_ROUTING].strip().partition(" ")
    siret = fields[_SIRET].strip()
    return RegisteredEstablishment(
        finess=fields[_NUMBER].strip().upper(),
        finess_ej=fields[_LEGAL_NUMBER].strip().upper(),
        name=(fields[_LONG_NAME].strip() or fields[_NAME].strip()),
        category=fields[_CATEGORY].strip(),
        category_label=fields[_CATEGORY_LABEL].strip(),
        department=fields[_DEPARTMENT].strip(),
        postcode=postcode,
        city=city.strip(),
        siret=siret if _SIRET_SHAPE.fullmatch(siret) else "",
    )


def _fault_of(row: RegisteredEstablishment) -> str:
    if not finess.is_valid(row.finess):
        return f"« {row.finess[:20]} » n’est pas un numéro FINESS."
    if not finess.is_valid(row.finess_ej):
        return f"l’entité juridique « {row.finess_ej[:20]} » n’est pas un numéro FINESS."
    if not row.name or not row.category:
        return "le nom et la catégorie sont obligatoires."
    if "\x00" in "".join((row.name, row.category, row.category_label, row.department, row.postcode, row.city)):
        return "la ligne contient un caractère nul."
    too_long = next((name for name, limit in _LIMITS.items() if len(getattr(row, name)) > limit), "")
    return f"le champ « {too_long} » est trop long." if too_long else ""


def _legible_number(line: str) -> str:
    fields = line.split(";")
    candidate = fields[_NUMBER].strip() if len(fields) > _NUMBER else ""
    return candidate if finess.is_valid(candidate) else ""
