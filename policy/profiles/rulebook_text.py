"""Writes a rulebook as its file: the same text for the same policy, so that export then import changes nothing.

Each rule is preceded by its sentence in French, made from the rule itself: the file is read over like a letter and
compared line by line like code. `rulebook_file.read(write(book))` gives the policy back; `write(read(text)) == text`
for a text that this module wrote.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from . import wording
from .rulebook import Case, Choice, Clause, Element, Fact, Rule, Rulebook, RuleEffect

FORMAT = 1
WIDTH = 120
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
HEADER = """\
# Politique d’accès aux données du ROR.
#
# Un fichier = une version. Ce qu’aucune règle n’ouvre est refusé. Une règle s’écrit :
#   id          nom public de la règle, cité par chaque verdict
#   effect      « permit » (par défaut) ou « deny » : une interdiction l’emporte sur toute ouverture
#   profiles    A, B (alimentation) ; 0 à 5 (consommation)
#   operations  parmi [operations]
#   elements    parmi [elements] ; ["*"] pour tous
#   when        condition : chaque fait doit avoir l’une des valeurs données ; une liste de conditions se lit « ou » ;
#               absente, la règle vaut toujours
#   source, article   le document de [sources] et l’endroit où le lire
#   doubt       ce que la source laisse ouvert, et comment la règle l’a lu : à confirmer par l’ANS
#   choice, option    la règle ne vaut que si le choix de [choices] porte sur cette option
#
# Là où les sources se contredisent, [choices] dit la question, les lectures possibles et celle que l’agence retient :
# changer « chosen » change les règles qui valent. Les phrases en commentaire sont produites à partir des règles.
"""


def write(book: Rulebook) -> str:
    """The file of a policy, in TOML."""
    return "\n".join([HEADER.rstrip("\n"), "", f"format = {FORMAT}", "", *_lines(book)]) + "\n"


def _lines(book: Rulebook) -> Iterator[str]:
    yield from _table("policy", _head(book), dates={"effective_date": book.effective_date.isoformat()})
    for source in book.sources.values():
        yield from _table(_name("sources", source.code), {"title": source.title, "publisher": source.publisher})
    yield from _table("operations", book.operations)
    for fact in book.facts.values():
        yield from _table(_name("facts", fact.code), _fact(fact))
    for element in book.elements.values():
        yield from _table(_name("elements", element.code), _element(element))
    yield from _appendices(book)
    for rule in book.all_rules():
        yield f"# {wording.sentence(book, rule)}"
        yield from _table("[rules]", _rule(book, rule))


def _appendices(book: Rulebook) -> Iterator[str]:
    for code, audience in book.audiences.items():
        yield from _table(_name("profiles", code), {"audience": audience.sentence, "roles": audience.roles})
    if book.duties:
        yield from _table("duties", book.duties)
    for case in book.cases.values():
        yield from _table(_name("cases", case.code), _case(case))
    for choice in book.choices.values():
        yield from _table(_name("choices", choice.code), _choice(choice))


def _head(book: Rulebook) -> dict[str, object]:
    return {
        "number": book.number,
        "title": book.title,
        "effective_date": None,
        "exposure_model": book.exposure_model,
        "summary": book.summary,
    }


def _fact(fact: Fact) -> dict[str, object]:
    return {"label": fact.label, "phrase": fact.phrase, "values": fact.values, "nomenclature": fact.nomenclature}


def _element(element: Element) -> dict[str, object]:
    return {"label": element.label, "resources": element.resources, "fhir": element.fhir}


def _case(case: Case) -> dict[str, object]:
    names = ("label", "format", "transaction", "operation", "prerequisites", "excludes", "because", "source", "article")
    return {name: getattr(case, name) for name in names}


def _choice(choice: Choice) -> dict[str, object]:
    return {
        "question": choice.question,
        "sources": choice.sources,
        "chosen": choice.chosen,
        "confirmed": "oui" if choice.confirmed else "",
        "options": choice.options,
    }


def _rule(book: Rulebook, rule: Rule) -> dict[str, object]:
    every = rule.elements == frozenset(book.elements)
    return {
        "id": rule.id,
        "effect": "deny" if rule.effect is RuleEffect.DENY else "",
        "profiles": sorted(rule.profiles),
        "operations": [code for code in book.operations if code in rule.operations],
        "elements": ["*"] if every else [code for code in book.elements if code in rule.elements],
        "when": [_condition(book, alternative) for alternative in rule.when],
        "source": rule.source,
        "article": rule.article,
        "doubt": rule.doubt,
        "choice": rule.choice,
        "option": rule.option,
    }


def _condition(book: Rulebook, alternative: Iterable[Clause]) -> dict[str, list[str]]:
    values = {clause.fact: clause.values for clause in alternative}
    return {
        fact.code: [code for code in fact.values if code in values[fact.code]]
        for fact in book.facts.values()
        if fact.code in values
    }


def _name(table: str, code: str) -> str:
    return f"{table}.{_key(code)}"


def _key(code: str) -> str:
    return code if _BARE.fullmatch(code) else _quoted(code)


def _table(name: str, values: Mapping[str, object], *, dates: Mapping[str, str] | None = None) -> Iterator[str]:
    """A table and the empty line after it; what is empty is left out."""
    yield f"[{name}]"
    for key, value in values.items():
        if dates and key in dates:
            yield f"{key} = {dates[key]}"
        elif value:
            yield f"{_key(key)} = {_spread(key, value)}"
    yield ""


def _spread(key: str, value: object) -> str:
    """A value on one line, or on several when it would be too long."""
    if key == "when":
        return _when(value)
    line = _value(value)
    if len(line) + len(key) + 3 <= WIDTH or not isinstance(value, list | tuple):
        return line
    return "[\n" + "".join(f"    {_value(each)},\n" for each in value) + "]"


def _when(alternatives: object) -> str:
    """A condition, or a list of conditions, one by line."""
    written = [_value(each) for each in alternatives] if isinstance(alternatives, list) else []
    return written[0] if len(written) == 1 else "[\n" + "".join(f"    {each},\n" for each in written) + "]"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(key))} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A basic string; JSON's escapes are TOML's (single lines without control characters)."""
    return json.dumps(text, ensure_ascii=False)
