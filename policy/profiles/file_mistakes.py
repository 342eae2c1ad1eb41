"""Checked reading of TOML tables: every value is taken by its kind, every mistake is kept with its line and its place.

A mistake never stops the reading, so that the author of a file mends all of them at once; a value at fault is
replaced by an empty one, and the file as a whole is refused.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

MISSING: Final = object()
_HEADER = re.compile(r"\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
TEXT_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Shape:
    """What a code must look like, and the French words for it (« que des chiffres »)."""

    pattern: re.Pattern[str]
    words: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend: line (None where the file has none to show), place and French sentence."""

    line: int | None
    place: str
    sentence: str

    def __str__(self) -> str:
        """« Ligne 42, règle « CAP-2 » : … »."""
        where = ", ".join(part for part in (f"ligne {self.line}" if self.line else "", self.place) if part)
        return f"{where[:1].upper()}{where[1:]} : {self.sentence}"


class RulebookRefused(ValueError):
    """The file is no rulebook; `mistakes` says all that must be mended."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes

    @classmethod
    def alone(cls, sentence: str, *, line: int | None = None) -> "RulebookRefused":
        """A refusal for one reason, about the file as a whole."""
        return cls((Mistake(line, "fichier", sentence),))


@dataclass
class Mistakes:
    """What was found so far, and where the tables of the file begin."""

    text: str
    found: list[Mistake] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Notes the line of each header, by its name without quotes."""
        self.lines: dict[str, list[int]] = {}
        for number, line in enumerate(self.text.splitlines(), start=1):
            if header := _HEADER.match(line):
                self.lines.setdefault(header[1].replace('"', "").replace("'", ""), []).append(number)

    def line_of(self, table: str, rank: int = 0) -> int | None:
        """The line where the table (the `rank`-th of that name, from 0) begins."""
        lines = self.lines.get(table, [])
        return lines[rank] if rank < len(lines) else None

    def add(self, place: str, sentence: str, *, table: str = "", line: int | None = None) -> None:
        """Keeps a mistake; its line is given, or is the one of a table."""
        self.found.append(Mistake(line or self.line_of(table), place, sentence))

    def refuse_unknown(self, values: Mapping[str, Any], known: Set[str], place: str, line: int | None = None) -> None:
        """Keeps a mistake for each key that the layout does not have."""
        for key in sorted(values.keys() - known):
            self.add(place, f"la clé « {key} » n’existe pas dans ce format.", line=line, table=key)

    def table(self, data: Mapping[str, Any], name: str) -> "Table":
        """A table that must stand in the file."""
        values = data.get(name)
        if not isinstance(values, dict) or not values:
            self.add("fichier", f"la table [{name}] manque ou est vide.", table=name)
            values = {}
        return Table(self, name, f"table [{name}]", values, self.line_of(name))

    def tables(self, data: Mapping[str, Any], name: str) -> Iterator["Table"]:
        """The tables ``[name.x]``, each named after its x."""
        for key, values in self.table(data, name).values.items():
            if isinstance(values, dict):
                header = f"{name}.{key}"
                yield Table(self, key, f"table [{header}]", values, self.line_of(header) or self.line_of(name))
            else:
                self.add(f"table [{name}]", f"« {key} » devrait être une table [{name}.{key}].", table=name)

    def list_of_tables(self, data: Mapping[str, Any], name: str) -> Iterator["Table"]:
        """The tables ``[[name]]``, in the order of the file."""
        listed = data.get(name)
        if not isinstance(listed, list) or not listed:
            self.add("fichier", f"il faut au moins une table [[{name}]].", table=name)
            return
        for rank, values in enumerate(listed):
            if isinstance(values, dict):
                yield Table(self, "", f"[[{name}]] n° {rank + 1}", values, self.line_of(name, rank))
            else:
                self.add("fichier", f"[[{name}]] n’attend que des tables.", table=name)


@dataclass
class Table:
    """A table being read: takes its values by kind and keeps what is wrong with them."""

    mistakes: Mistakes
    name: str
    place: str
    values: Mapping[str, Any]
    line: int | None

    def add(self, sentence: str) -> None:
        """Keeps a mistake about this table."""
        self.mistakes.add(self.place, sentence, line=self.line)

    def rename(self, place: str) -> None:
        """Says the place by a better name from now on, once it is known."""
        self.place = place

    def within(self, key: str, values: Mapping[str, Any]) -> "Table":
        """A table inside this one, for the same line."""
        return Table(self.mistakes, key, f"{self.place}, « {key} »", values, self.line)

    def refuse_unknown(self, known: Set[str]) -> None:
        """Keeps a mistake for each key that this table should not have."""
        self.mistakes.refuse_unknown(self.values, known, self.place, self.line)

    def text(
        self,
        key: str,
        *,
        default: str | None = None,
        at_most: int = TEXT_AT_MOST,
        like: Shape | None = None,
        among: Collection[str] | None = None,
    ) -> str:
        """A sentence or a code."""
        value = self.values.get(key, MISSING if default is None else default)
        sentence = self._wrong_text(key, value, at_most, like, among) if value != default else ""
        if sentence:
            self.add(sentence)
        return "" if sentence else str(value)

    def _wrong_text(self, key: str, value: Any, at_most: int, like: Shape | None, among: Collection[str] | None) -> str:
        if value is MISSING:
            return f"« {key} » manque."
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            return f"« {key} » doit être un texte d’une ligne, non vide."
        if len(value) > at_most:
            return f"« {key} » dépasse {at_most} caractères."
        if like and not like.pattern.fullmatch(value):
            return f"« {key} » ne doit avoir que {like.words} : « {value} »."
        if among is not None and value not in among:
            return f"« {key} » : « {value} » est inconnu. {_known(among)}"
        return ""

    def day(self, key: str) -> date:
        """A date without hour."""
        value = self.values.get(key)
        if isinstance(value, datetime) or not isinstance(value, date):
            self.add(f"« {key} » doit être une date comme 2026-09-01, sans guillemets.")
            return date.min
        return value

    def texts(
        self, key: str, *, default: tuple[str, ...] | None = None, among: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """A list of distinct codes, at least one unless there is a default."""
        values = self.values.get(key, default)
        if values is default and default is not None:
            return default
        if not isinstance(values, list) or not values or not all(isinstance(each, str) and each for each in values):
            self.add(f"« {key} » doit être une liste non vide de textes entre guillemets.")
            return ()
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.add(f"« {key} » répète « {value} ».")
        for value in values:
            if among is not None and value not in among:
                self.add(f"« {key} » : « {value} » est inconnu. {_known(among)}")
        return tuple(values)

    def words(self, key: str) -> dict[str, str]:
        """A table of codes and their words."""
        values = self.values.get(key)
        if not isinstance(values, dict) or not values:
            self.add(f"« {key} » doit être une table de codes et de leurs libellés.")
            return {}
        inner = self.within(key, values)
        return {code: inner.text(code) for code in values}


def _known(among: Collection[str]) -> str:
    """What could have been written instead, as long as it fits a sentence."""
    listed = sorted(among)
    more = "…" if len(listed) > 20 else "."
    return "Valeurs possibles : " + ", ".join(listed[:20]) + more
