"""From the rows of a table to the lines of an establishment list, each judged against the FINESS register.

`entries` finds the column of FINESS numbers (by its title, else by its content) and keeps what was typed; `judge` gives
each entry its verdict and a sentence. Good lines never depend on bad ones, except that a number counts once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from onboarding.establishments.tabular import Row
from onboarding.establishments.verdicts import GOOD, LineVerdict
from portal.reference import finess
from portal.web import folding

HEADER_WITHIN = 10
MAX_TYPED = 60
_NUMBER_FIRST = re.compile(r"([0-9][0-9AB][0-9]{6,8})\b[\s,;:.\-–]*(.*)", re.IGNORECASE)
_NATIONAL = re.compile(r"1[0-9][0-9AB][0-9]{7}")
_NUMBER_TITLES = ("FINESS", "IDNAT", "ID NAT")
_GEOGRAPHIC_TITLES = ("GEOGRAPHIQUE", "ETABLISSEMENT")
_NAME_TITLES = ("NOM", "RAISON SOCIALE", "ETABLISSEMENT", "LIBELLE", "DENOMINATION", "RS")


class Entry(NamedTuple):
    """One line as sent: number in the file, what stands for the FINESS, the name beside it."""

    line: int
    typed: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """What the register says of an establishment; `left_on` is the day it had left, None while it is open."""

    name: str
    city: str
    category: str
    category_label: str
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The part of the register that a list needs: establishments by EG, and the EG of each EJ among its numbers.

    `covered` are the categories of establishments that the ROR covers.
    """

    establishments: Mapping[str, Registered]
    covered: frozenset[str]
    legal_entities: Mapping[str, Sequence[str]] = field(default_factory=dict)
    day: date | None = None


class Judged(NamedTuple):
    """One line with its verdict; `finess` and `sentence` may be empty (nothing legible; nothing to say)."""

    entry: Entry
    finess: str
    verdict: LineVerdict
    sentence: str
    registered: Registered | None = None

    @property
    def is_good(self) -> bool:
        """Whether the line counts as an establishment of the list."""
        return self.verdict in GOOD


def entries(rows: Sequence[Row]) -> list[Entry]:
    """The lines of a list: below its titles when it has some, else wherever FINESS numbers stand."""
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        if (number := _number_column(row)) is not None:
            name = _name_column(row, number)
            return [_entry(below, number, name) for below in rows[index + 1 :]]
    return _untitled(rows)


def number_of(typed: str) -> str:
    """The FINESS that was meant: separators dropped, lost zero and national prefix mended; maybe not a valid one."""
    if finess.is_valid(typed):
        return typed
    plain = finess.normalise(typed)
    if _NATIONAL.fullmatch(plain) and finess.is_valid(plain[1:]):
        return plain[1:]
    return finess.repair(plain) or plain


def numbers_of(listed: Iterable[Entry]) -> set[str]:
    """The valid FINESS numbers among the entries: what to look up in the register."""
    return {number for entry in listed if finess.is_valid(number := number_of(entry.typed))}


def judge(listed: Iterable[Entry], register: Register) -> list[Judged]:
    """Each entry with its verdict, in order; the first line of a number wins over the following ones."""
    first_lines: dict[str, int] = {}
    judged = []
    for entry in listed:
        line = _judge_one(entry, register)
        if line.finess in first_lines and line.is_good:
            line = _repeated(line, first_lines[line.finess])
        elif line.is_good:
            first_lines[line.finess] = entry.line
        judged.append(line)
    return judged


def _judge_one(entry: Entry, register: Register) -> Judged:
    number = number_of(entry.typed)
    registered = register.establishments.get(number)
    if registered is None:
        return _absent(entry, number, register) if finess.is_valid(number) else _unreadable(entry, number)
    if registered.left_on:
        return Judged(entry, number, LineVerdict.CLOSED, _closed(entry, number, registered), registered)
    if registered.category not in register.covered:
        return Judged(entry, number, LineVerdict.OUT_OF_PERIMETER, _outside(entry, number, registered), registered)
    if entry.typed == number or finess.normalise(entry.typed) == number:
        return Judged(entry, number, LineVerdict.VALID, "", registered)
    return Judged(entry, number, LineVerdict.REPAIRED, _mended(entry, number), registered)


def _unreadable(entry: Entry, number: str) -> Judged:
    if not entry.typed:
        sentence = f"Ligne {entry.line} : il manque le numéro FINESS. Ajoutez-le, ou retirez la ligne."
        return Judged(entry, "", LineVerdict.MALFORMED, sentence)
    if len(number) == finess.LENGTH and number[2:].isascii() and number[2:].isdigit():
        sentence = (
            f"Ligne {entry.line} : la clé du numéro {number} est fausse, un caractère est sans doute mal recopié. "
            "Vérifiez-le sur le registre FINESS."
        )
        return Judged(entry, "", LineVerdict.BAD_KEY, sentence)
    sentence = (
        f"Ligne {entry.line} : « {entry.typed} » n’est pas un numéro FINESS, qui compte neuf caractères. "
        "Recopiez celui de l’établissement (EG)."
    )
    return Judged(entry, "", LineVerdict.MALFORMED, sentence)


def _absent(entry: Entry, number: str, register: Register) -> Judged:
    if establishments := register.legal_entities.get(number):
        shown = ", ".join(establishments[:3]) + (" et d’autres" if len(establishments) > 3 else "")
        sentence = (
            f"Ligne {entry.line} : {number} désigne une entité juridique (EJ). "
            f"Donnez plutôt le numéro de chaque établissement (EG) : {shown}."
        )
        return Judged(entry, number, LineVerdict.LEGAL_ENTITY, sentence)
    of_day = f" du {register.day:%d/%m/%Y}" if register.day else ""
    sentence = (
        f"Ligne {entry.line} : {number} ne figure pas au registre FINESS{of_day}. "
        "Vérifiez le numéro, ou retirez la ligne."
    )
    return Judged(entry, number, LineVerdict.UNKNOWN, sentence)


def _closed(entry: Entry, number: str, registered: Registered) -> str:
    return (
        f"Ligne {entry.line} : {number} ({registered.name}) ne figure plus au registre FINESS depuis le "
        f"{registered.left_on:%d/%m/%Y}. Donnez l’établissement qui le remplace, ou retirez la ligne."
    )


def _outside(entry: Entry, number: str, registered: Registered) -> str:
    category = registered.category_label or registered.category
    return (
        f"Ligne {entry.line} : {number} ({registered.name}) est de la catégorie « {category} », "
        "que le ROR ne couvre pas. Retirez la ligne."
    )


def _mended(entry: Entry, number: str) -> str:
    return f"Ligne {entry.line} : « {entry.typed} » a été lu {number}. Vérifiez que c’est bien cet établissement."


def _repeated(line: Judged, first: int) -> Judged:
    sentence = f"Ligne {line.entry.line} : {line.finess} figure déjà ligne {first}. Retirez l’une des deux lignes."
    return Judged(line.entry, line.finess, LineVerdict.DUPLICATE, sentence, line.registered)


def _entry(row: Row, number: int, name: int | None) -> Entry:
    typed = row.cells[number] if number < len(row.cells) else ""
    named = row.cells[name] if name is not None and name < len(row.cells) else ""
    return Entry(row.line, typed[:MAX_TYPED], named)


def _number_column(row: Row) -> int | None:
    """The column titled as a FINESS number, that of establishments before that of legal entities."""
    titles = {index: folding.fold(cell) for index, cell in enumerate(row.cells)}
    named = [index for index, title in titles.items() if any(word in title for word in _NUMBER_TITLES)]
    if any(finess.is_valid(number_of(cell)) for cell in row.cells):
        return None
    return min(named, key=lambda index: (_title_rank(titles[index]), index), default=None)


def _title_rank(title: str) -> int:
    compact = title.replace(" ", "")
    if compact.endswith("EJ") or "JURIDIQUE" in compact:
        return 2
    return 0 if compact.endswith(("EG", "ET")) or any(word in compact for word in _GEOGRAPHIC_TITLES) else 1


def _name_column(row: Row, number: int) -> int | None:
    titles = [(index, f" {folding.fold(cell)} ") for index, cell in enumerate(row.cells) if index != number]
    return next((index for word in _NAME_TITLES for index, title in titles if f" {word} " in title), None)


def _untitled(rows: Sequence[Row]) -> list[Entry]:
    column = _likeliest_column(rows)
    return [entry for row in rows for entry in _untitled_row(row, column)]


def _likeliest_column(rows: Sequence[Row]) -> int:
    """The column that holds most valid numbers; the first one when there is none."""
    scores: dict[int, int] = {0: 0}
    for row in rows:
        for index, cell in enumerate(row.cells):
            if finess.is_valid(number_of(cell)):
                scores[index] = scores.get(index, 0) + 1
    return max(scores, key=lambda index: (scores[index], -index))


def _untitled_row(row: Row, column: int) -> list[Entry]:
    filled = [cell for cell in row.cells if cell]
    if len(filled) > 1 and all(finess.is_valid(number_of(cell)) for cell in filled):
        return [Entry(row.line, cell[:MAX_TYPED]) for cell in filled]
    cell = row.cells[column] if column < len(row.cells) else ""
    if not finess.is_valid(number_of(cell)) and (match := _NUMBER_FIRST.fullmatch(cell)):
        return [Entry(row.line, match[1], match[2])]
    others = [other for index, other in enumerate(row.cells) if index != column and other]
    return [Entry(row.line, cell[:MAX_TYPED], others[0] if others else "")]
