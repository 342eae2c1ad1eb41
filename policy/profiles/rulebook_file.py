"""Reads one policy file (TOML) into a frozen `Rulebook`, or says every mistake at once, in French, with its line.

The layout is explained at the head of `data/politique-1.toml`. Nothing is guessed: an unknown key, name, profile or
value is a mistake, so that a misspelt condition can never open more than was meant.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from . import catalogue
from .file_mistakes import MISSING, Mistakes, RulebookRefused, Shape, Table
from .rulebook import Audience, Case, Choice, Clause, Element, Fact, Rule, Rulebook, RuleEffect, Source

__all__ = ["FORMAT", "MAX_CHARACTERS", "SHIPPED", "RulebookRefused", "read"]

FORMAT = 1
SHIPPED = Path(__file__).parent / "data" / "politique-1.toml"  # the policy delivered with the portal
MAX_CHARACTERS = 1_000_000
REQUIRED = {"format", "policy", "sources", "operations", "facts", "elements", "rules"}
TABLES = REQUIRED | {"choices", "cases", "profiles", "duties"}
RULE_KEYS = {
    "id", "effect", "profiles", "operations", "elements", "when", "source", "article", "doubt", "choice", "option",
}  # fmt: skip
DIRECTIONS = ("consumption", "feeding")
FORMATS = {"fhir": "FHIR", "csd": "CSD"}
YES_NO = {"oui": "oui", "non": "non"}
_RULE_ID = Shape(re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*"), "des majuscules sans accent, des chiffres et des tirets")
_NUMBER = Shape(
    re.compile(r"[0-9A-Za-z]+([.-][0-9A-Za-z]+)*"), "des lettres sans accent, des chiffres, des points et des tirets"
)
_PLACE = re.compile(r"at line (\d+), column (\d+)")


def read(text: str) -> Rulebook:
    """The rulebook that a file states. Raises RulebookRefused, which lists the mistakes."""
    data = _parsed(text)
    mistakes = Mistakes(text)
    mistakes.refuse_unknown(data, TABLES, "fichier")
    if data.get("format") != FORMAT:
        mistakes.add("fichier", f"la clé « format » doit valoir {FORMAT}.", table="")
    book = _assembled(data, mistakes)
    if mistakes.found or book is None:
        raise RulebookRefused(tuple(mistakes.found))
    return book


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > MAX_CHARACTERS:
        raise RulebookRefused.alone(f"le fichier dépasse {MAX_CHARACTERS:_} caractères.".replace("_", " "))
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _PLACE.search(str(error))
        line = int(found[1]) if found else None
        column = f", colonne {found[2]}" if found else ""
        raise RulebookRefused.alone(f"le fichier n’est pas du TOML lisible{column}.", line=line) from error


def _assembled(data: Mapping[str, Any], mistakes: Mistakes) -> Rulebook | None:
    """Reads table after table; the rules come last, since they name what the other tables declare."""
    head = _head(data, mistakes)
    sources = {table.name: _source(table) for table in mistakes.tables(data, "sources")}
    operations = _operations(data, mistakes)
    facts = {table.name: _fact(table) for table in mistakes.tables(data, "facts")}
    elements = {table.name: _element(table) for table in mistakes.tables(data, "elements")}
    _refuse_shared_names(elements, mistakes)
    choices = {table.name: _choice(table) for table in _optional(mistakes, data, "choices")}
    known = Rulebook(
        **head, sources=sources, facts=facts, operations=operations, elements=elements, rules=(), choices=choices
    )
    more = _appendices(data, mistakes, known)
    rules = tuple(_rule(table, known) for table in mistakes.list_of_tables(data, "rules"))
    _refuse_shared_ids(rules, mistakes)
    if mistakes.found:
        return None
    return Rulebook(
        **head,
        sources=MappingProxyType(sources),
        facts=MappingProxyType(facts),
        operations=MappingProxyType(operations),
        elements=MappingProxyType(elements),
        choices=MappingProxyType(choices),
        rules=(),
        **more,
    ).with_rules(rules)


def _optional(mistakes: Mistakes, data: Mapping[str, Any], name: str) -> Iterator[Table]:
    return mistakes.tables(data, name) if name in data else iter(())


def _appendices(data: Mapping[str, Any], mistakes: Mistakes, known: Rulebook) -> dict[str, Any]:
    """What the policy says beside its rules: retrieval cases, for whom profiles are meant, the vendor's own duties."""
    cases = {table.name: _case(table, known) for table in _optional(mistakes, data, "cases")}
    audiences = {table.name: _audience(table) for table in _optional(mistakes, data, "profiles")}
    duties = _duties(mistakes.table(data, "duties")) if "duties" in data else {}
    return {
        "cases": MappingProxyType(cases),
        "audiences": MappingProxyType(audiences),
        "duties": MappingProxyType(duties),
    }


def _head(data: Mapping[str, Any], mistakes: Mistakes) -> dict[str, Any]:
    table = mistakes.table(data, "policy")
    table.refuse_unknown({"number", "title", "effective_date", "exposure_model", "summary"})
    return {
        "number": table.text("number", at_most=20, like=_NUMBER),
        "title": table.text("title"),
        "effective_date": table.day("effective_date"),
        "exposure_model": table.text("exposure_model", at_most=20),
        "summary": table.text("summary", default=""),
    }


def _source(table: Table) -> Source:
    table.refuse_unknown({"title", "publisher"})
    return Source(table.name, table.text("title"), table.text("publisher", default=""))


def _operations(data: Mapping[str, Any], mistakes: Mistakes) -> dict[str, str]:
    table = mistakes.table(data, "operations")
    return {code: table.text(code) for code in table.values}


def _fact(table: Table) -> Fact:
    table.refuse_unknown({"label", "phrase", "values", "nomenclature"})
    values = MappingProxyType(table.words("values"))
    return Fact(table.name, table.text("label"), table.text("phrase"), values, table.text("nomenclature", default=""))


def _element(table: Table) -> Element:
    table.refuse_unknown({"label", "resources", "fhir"})
    return Element(table.name, table.text("label"), table.texts("resources"), table.texts("fhir", default=()))


def _choice(table: Table) -> Choice:
    table.refuse_unknown({"question", "sources", "options", "chosen", "confirmed"})
    options = MappingProxyType(table.words("options"))
    return Choice(
        code=table.name,
        question=table.text("question"),
        sources=table.text("sources"),
        options=options,
        chosen=table.text("chosen", among=options),
        confirmed=table.text("confirmed", default="non", among=YES_NO) == "oui",
    )


def _case(table: Table, known: Rulebook) -> Case:
    table.refuse_unknown(
        {"label", "format", "transaction", "operation", "prerequisites", "source", "article", "excludes", "because"}
    )
    excludes = table.texts("excludes", default=(), among=known.elements)
    if bool(excludes) != ("because" in table.values):
        table.add("« excludes » et « because » vont ensemble : ce que le cas ne porte pas, et pourquoi.")
    return Case(
        code=table.name,
        label=table.text("label"),
        format=table.text("format", among=FORMATS),
        transaction=table.text("transaction"),
        operation=table.text("operation", among=known.operations),
        prerequisites=table.texts("prerequisites", default=()),
        source=table.text("source", among=known.sources),
        article=table.text("article"),
        excludes=excludes,
        because=table.text("because", default=""),
    )


def _audience(table: Table) -> Audience:
    table.refuse_unknown({"audience", "roles"})
    if table.name not in catalogue.CODES:
        table.add(f"le profil « {table.name} » n’existe pas.")
    return Audience(table.text("audience"), table.texts("roles", default=()))


def _duties(table: Table) -> dict[str, tuple[str, ...]]:
    table.refuse_unknown(set(DIRECTIONS))
    return {direction: table.texts(direction, default=()) for direction in DIRECTIONS}


def _refuse_shared_names(elements: Mapping[str, Element], mistakes: Mistakes) -> None:
    """One name, one element: otherwise a question about a FHIR element would have two answers."""
    resources = {resource for element in elements.values() for resource in element.resources}
    owner = {name: name for name in resources}
    for element in elements.values():
        for name in (element.code, *element.fhir):
            if owner.setdefault(name, element.code) != element.code:
                sentence = f"le nom « {name} » désigne déjà « {owner[name]} »."
                mistakes.add(f"élément « {element.code} »", sentence, table=f"elements.{element.code}")


def _rule(table: Table, known: Rulebook) -> Rule:
    """One rule; `known` holds what it may name."""
    identifier = table.text("id", like=_RULE_ID)
    if identifier:
        table.rename(f"règle « {identifier} »")
    table.refuse_unknown(RULE_KEYS)
    choice, option = _option_of(table, known)
    effect = table.text("effect", default="permit", among=dict(RuleEffect.choices()))
    return Rule(
        id=identifier,
        effect=RuleEffect(effect) if effect else RuleEffect.DENY,
        profiles=frozenset(table.texts("profiles", among=catalogue.CODES)),
        operations=frozenset(table.texts("operations", among=known.operations)),
        elements=_elements_of(table, known),
        when=_conditions(table, known),
        source=table.text("source", among=known.sources),
        article=table.text("article"),
        doubt=table.text("doubt", default=""),
        choice=choice,
        option=option,
        line=table.line or 0,
    )


def _option_of(table: Table, known: Rulebook) -> tuple[str, str]:
    """The choice that a rule depends on, and the option under which it holds; two empty texts for most rules."""
    if "choice" not in table.values and "option" not in table.values:
        return "", ""
    choice = table.text("choice", among=known.choices)
    option = table.text("option", among=known.choices[choice].options) if choice else ""
    return choice, option


def _elements_of(table: Table, known: Rulebook) -> frozenset[str]:
    if table.values.get("elements") == ["*"]:
        return frozenset(known.elements)
    return frozenset(table.texts("elements", among=known.elements))


def _conditions(table: Table, known: Rulebook) -> tuple[tuple[Clause, ...], ...]:
    """The choice of conditions of a rule: a table is one condition, a list of tables several, absence none."""
    given = table.values.get("when", MISSING)
    if given is MISSING:
        return ()
    alternatives = given if isinstance(given, list) else [given]
    if not alternatives or not all(isinstance(each, dict) and each for each in alternatives):
        table.add('« when » attend une condition comme { contact_level = ["1"] }, ou une liste de conditions.')
        return ()
    return tuple(_condition(table, each, known) for each in alternatives)


def _condition(table: Table, clauses: dict[str, Any], known: Rulebook) -> tuple[Clause, ...]:
    for unknown in clauses.keys() - known.facts.keys():
        table.add(f"« when » nomme un fait inconnu : « {unknown} ».")
    part = table.within("when", clauses)
    return tuple(
        Clause(fact, frozenset(part.texts(fact, among=known.facts[fact].values)))
        for fact in known.facts  # in the order of the policy, so that one condition has one wording
        if fact in clauses
    )


def _refuse_shared_ids(rules: tuple[Rule, ...], mistakes: Mistakes) -> None:
    first: dict[str, Rule] = {}
    for rule in rules:
        if rule.id and first.setdefault(rule.id, rule) is not rule:
            sentence = f"cet identifiant est déjà celui de la règle de la ligne {first[rule.id].line}."
            mistakes.add(f"règle « {rule.id} »", sentence, line=rule.line)
