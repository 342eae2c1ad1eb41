"""Reading a questionnaire from its TOML text: every mistake is told in French, with the question or rule at fault."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.reference import purposes, retrieval, territory, user_roles

from .questionnaire import Clause, Condition, Mode, Option, Question, Questionnaire, Rule, Topic

SHIPPED = Path(__file__).parent / "data" / "questionnaire-1.toml"
FORMAT = 1
REGIONS = "regions"
LONGEST = 200_000
KINDS = (
    ("saas", "Solution SaaS, exploitée par mon organisme pour plusieurs établissements"),
    ("regional_eai", "EAI régional : une plateforme d’échange pour une région"),
    ("proprietary", "Solution propriétaire, installée chez chaque client"),
)


class QuestionnaireRefused(Exception):
    """A text that is no questionnaire; `mistakes` are French sentences."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__(" ".join(mistakes))
        self.mistakes = list(mistakes)


def _labelled(rows: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(Option(code, row.label) for code, row in rows.items())


REFERENCE: Mapping[str, Callable[[], tuple[Option, ...]]] = {
    "purposes": lambda: tuple(Option(one.code, one.label) for one in purposes.for_direction("consumption")),
    "data_wanted": lambda: _labelled(retrieval.data_wanted()),
    "user_roles": lambda: tuple(Option(code, role.words) for code, role in user_roles.user_roles().items()),
    REGIONS: lambda: tuple(Option(code, name) for code, name in territory.region_names().items()),
    "kinds": lambda: tuple(Option(code, label) for code, label in KINDS),
}


def read(text: str, *, regions: Mapping[str, str] | None = None) -> Questionnaire:
    """The questionnaire of a text. Raises QuestionnaireRefused with every mistake found.

    `regions` are those that it may name, by code; those delivered with the portal when none are given.
    """
    if len(text) > LONGEST:
        raise QuestionnaireRefused([f"Le texte dépasse {LONGEST} caractères."])
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise QuestionnaireRefused([f"Le texte n’est pas du TOML : {error}."]) from error
    reader = _Reader(tables, regions)
    book = reader.book()
    if reader.mistakes:
        raise QuestionnaireRefused(reader.mistakes)
    return book


@dataclass
class _Reader:
    """Reads the tables, noting mistakes; `known` grows with each question, so that conditions look back only."""

    tables: Mapping[str, Any]
    regions: Mapping[str, str] | None = None
    mistakes: list[str] = field(default_factory=list)
    known: dict[str, frozenset[str]] = field(default_factory=dict)

    def book(self) -> Questionnaire:
        """The questionnaire of the tables; what is wrong with them is added to `mistakes`."""
        if self.tables.get("format") != FORMAT:
            self.mistakes.append(f"« format » doit valoir {FORMAT}.")
        sources = self._words(self.tables.get("sources"), "[sources]")
        facts = {name: self._words(values, f"[facts.{name}]") for name, values in self._table("facts").items()}
        questions = tuple(self._question(row, sources, rank) for rank, row in enumerate(self._rows("questions"), 1))
        self.known |= {name: frozenset(values) for name, values in facts.items()}
        rules = tuple(self._rule(row, sources, rank) for rank, row in enumerate(self._rows("rules"), 1))
        self._once("question", [question.id for question in questions])
        self._once("adresse de question", [question.slug for question in questions])
        self._once("règle", [rule.id for rule in rules])
        title = self._text(self.tables, "title", "Le questionnaire")
        precedence = tuple(str(code) for code in self._list(self.tables, "precedence", "Le questionnaire"))
        return Questionnaire(title, questions, rules, facts, sources, precedence)

    def _once(self, what: str, names: Iterable[str]) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                self.mistakes.append(f"Le nom de {what} « {name} » est porté deux fois.")
            seen.add(name)

    def _table(self, name: str) -> Mapping[str, Any]:
        found = self.tables.get(name, {})
        if isinstance(found, dict):
            return found
        self.mistakes.append(f"[{name}] doit être une table.")
        return {}

    def _rows(self, name: str) -> list[Mapping[str, Any]]:
        found = self.tables.get(name)
        if isinstance(found, list) and found and all(isinstance(row, dict) for row in found):
            return found
        self.mistakes.append(f"Il faut au moins un [[{name}]].")
        return []

    def _words(self, found: Any, where: str) -> dict[str, str]:
        if isinstance(found, dict) and found and all(isinstance(value, str) for value in found.values()):
            return dict(found)
        self.mistakes.append(f"{where} doit donner au moins un mot, chacun avec son texte.")
        return {}

    def _text(self, row: Mapping[str, Any], name: str, where: str, *, blank: bool = False) -> str:
        found = row.get(name, "")
        if isinstance(found, str) and (blank or found.strip()):
            return found.strip()
        self.mistakes.append(f"{where} : « {name} » doit être un texte{'' if blank else ' non vide'}.")
        return ""

    def _list(self, row: Mapping[str, Any], name: str, where: str) -> list[Any]:
        found = row.get(name, [])
        if isinstance(found, list):
            return found
        self.mistakes.append(f"{where} : « {name} » doit être une liste.")
        return []

    def _question(self, row: Mapping[str, Any], sources: Mapping[str, str], rank: int) -> Question:
        where = f"Question {row.get('id', rank)}"
        made = Question(
            id=self._text(row, "id", where),
            slug=self._text(row, "slug", where),
            ask=self._text(row, "ask", where),
            help=self._text(row, "help", where, blank=True),
            source=self._source(row.get("source"), sources, where),
            many=row.get("many") is True,
            options=self._options(row, where),
            when=self._condition(row, where),
            reference=str(row.get("from", "")),
        )
        self.known[made.id] = made.codes
        return made

    def _source(self, name: Any, sources: Mapping[str, str], where: str) -> str:
        if isinstance(name, str) and name in sources:
            return name
        self.mistakes.append(f"{where} : la source « {name} » ne figure pas dans [sources].")
        return ""

    def _options(self, row: Mapping[str, Any], where: str) -> tuple[Option, ...]:
        if "from" in row:
            if row["from"] == REGIONS and self.regions is not None:
                return tuple(Option(code, name) for code, name in self.regions.items())
            if row["from"] in REFERENCE:
                return REFERENCE[row["from"]]()
            self.mistakes.append(f"{where} : « from » désigne une donnée de référence inconnue.")
            return ()
        rows = self._list(row, "options", where)
        if len(rows) < 2 or not all(isinstance(one, dict) for one in rows):
            self.mistakes.append(f"{where} : il faut au moins deux réponses possibles.")
            return ()
        made = tuple(
            Option(
                self._text(one, "code", where),
                self._text(one, "label", where),
                self._text(one, "help", where, blank=True),
            )
            for one in rows
        )
        self._once(f"réponse de {where.lower()}", [option.code for option in made])
        return made

    def _rule(self, row: Mapping[str, Any], sources: Mapping[str, str], rank: int) -> Rule:
        where = f"Règle {row.get('id', rank)}"
        topic = row.get("topic")
        if topic not in list(Topic):
            self.mistakes.append(f"{where} : « topic » doit être l’un de {', '.join(Topic)}.")
            topic = Topic.NOTE
        names = self._list(row, "sources", where)
        if not names:
            self.mistakes.append(f"{where} : nommez au moins une source.")
        return Rule(
            id=self._text(row, "id", where),
            topic=Topic(topic),
            value=self._text(row, "value", where, blank=True),
            when=self._condition(row, where),
            says=self._text(row, "says", where),
            because=self._text(row, "because", where),
            sources=tuple(self._source(name, sources, where) for name in names),
            to_confirm=row.get("to_confirm") is True,
        )

    def _condition(self, row: Mapping[str, Any], where: str) -> Condition:
        cases = self._list(row, "when", where)
        if not all(isinstance(case, dict) and case for case in cases):
            self.mistakes.append(f"{where} : chaque cas de « when » nomme au moins une question.")
            return ()
        return tuple(tuple(self._clause(name, asked, where) for name, asked in case.items()) for case in cases)

    def _clause(self, name: str, asked: Any, where: str) -> Clause:
        mode = Mode.ANY
        if isinstance(asked, dict) and len(asked) == 1 and set(asked) <= {Mode.ONLY, Mode.NONE}:
            [(word, asked)] = asked.items()
            mode = Mode(word)
        codes = frozenset(code for code in asked if isinstance(code, str)) if isinstance(asked, list) else frozenset()
        if name not in self.known:
            self.mistakes.append(f"{where} : la condition nomme « {name} », qu’aucune question posée avant ne porte.")
        elif not codes or not isinstance(asked, list) or len(codes) != len(asked):
            self.mistakes.append(f"{where} : la condition sur « {name} » doit donner une liste de réponses.")
        elif unknown := sorted(codes - self.known[name]):
            self.mistakes.append(f"{where} : « {name} » n’a pas de réponse « {unknown[0]} ».")
        return Clause(name, mode, codes)
