"""What a cell of the policy (profiles, operation, element) opens, exactly: in words, and as the set of situations.

A situation gives one value to each fact that a rule of the cell asks for. Two cells open the same when they open the
same situations, however their rules are written; that is how versions are compared and useless rules found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from portal.lifecycle.table import LabelledEnum

from . import wording
from .rulebook import Clause, Rule, Rulebook, RuleEffect

Situations = frozenset[tuple[str, ...]]
Alternatives = tuple[tuple[Clause, ...], ...]


class Degree(LabelledEnum):
    """How much a cell opens."""

    ALWAYS = "always", "Toujours"
    CONDITION = "condition", "Sous condition"
    NEVER = "never", "Jamais"


@dataclass(frozen=True, slots=True)
class Openness:
    """A cell in words: its degree, the conditions (any of them opens) and the rules it comes from.

    Prohibitions of the whole policy (every element) are left out: they are said once, above.
    """

    degree: Degree
    conditions: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """« Toujours », « Jamais », « Si …, ou si … »."""
        if self.degree is not Degree.CONDITION:
            return self.degree.label
        return "Si " + " ; ou si ".join(self.conditions)


def of_cell(book: Rulebook, profiles: Iterable[str], operation: str, element: str) -> Openness:
    """What holders of these profiles may do there, in words."""
    rules = _rules(book, frozenset(profiles), operation, element)
    opening = [rule for rule in rules if opens(rule)]
    closing = [rule for rule in rules if not opens(rule) and not is_general(book, rule)]
    named = tuple(rule.id for rule in (*opening, *closing))
    if not opening or any(not rule.when for rule in closing):
        return Openness(Degree.NEVER, (), named)
    alternatives = simplest(tuple(each for rule in opening for each in (rule.when or ((),))))
    said = tuple(wording.clauses(book, alternative) for alternative in alternatives)
    but = " ; ou si ".join(wording.condition(book, rule) for rule in closing)
    if but:
        said = tuple(f"{each or 'la demande est faite'}, sauf si {but}" for each in said)
    always = any(not each for each in said)
    return Openness(Degree.ALWAYS if always else Degree.CONDITION, () if always else said, named)


def simplest(alternatives: Alternatives) -> Alternatives:
    """The same choice without the conditions that another one already contains."""
    kept: list[tuple[Clause, ...]] = []
    for each in dict.fromkeys(alternatives):
        if any(implies(each, other) for other in kept):
            continue
        kept = [*(other for other in kept if not implies(other, each)), each]
    return tuple(kept)


def implies(narrow: Iterable[Clause], wide: Iterable[Clause]) -> bool:
    """True when every situation of `narrow` is one of `wide`."""
    asked = {clause.fact: clause.values for clause in narrow}
    return all(clause.fact in asked and asked[clause.fact] <= clause.values for clause in wide)


def opens(rule: Rule) -> bool:
    """True for a rule that permits."""
    return rule.effect is RuleEffect.PERMIT


def is_general(book: Rulebook, rule: Rule) -> bool:
    """True for a prohibition that bears on every element."""
    return not opens(rule) and rule.elements == frozenset(book.elements)


def _rules(book: Rulebook, profiles: frozenset[str], operation: str, element: str) -> list[Rule]:
    return [rule for rule in book.cell(operation, element) if not profiles.isdisjoint(rule.profiles)]


def situations(
    book: Rulebook, profiles: frozenset[str], operation: str, element: str, facts: Sequence[str]
) -> "Situations":
    """The situations, over these facts, that the cell opens: openings less prohibitions. Facts cover the cell's own."""
    rules = _rules(book, profiles, operation, element)
    opened = union(book, [rule for rule in rules if opens(rule)], facts)
    return opened - union(book, [rule for rule in rules if not opens(rule)], facts)


def union(book: Rulebook, rules: Iterable[Rule], facts: Sequence[str]) -> "Situations":
    """The situations of any of these rules, whatever they do there."""
    values = {fact: tuple(book.facts[fact].values) if fact in book.facts else ("",) for fact in facts}
    met: set[tuple[str, ...]] = set()
    for rule in rules:
        for alternative in rule.when or ((),):
            met |= _situations_of(alternative, tuple(values.items()))
    return frozenset(met)


@lru_cache(maxsize=4096)
def _situations_of(alternative: tuple[Clause, ...], values: tuple[tuple[str, tuple[str, ...]], ...]) -> "Situations":
    asked: Mapping[str, frozenset[str]] = {clause.fact: clause.values for clause in alternative}
    choices = [[value for value in each if fact not in asked or value in asked[fact]] for fact, each in values]
    return frozenset(product(*choices))


def facts_of(*rules: Rule) -> tuple[str, ...]:
    """The facts that these rules ask for, sorted."""
    return tuple(sorted({clause.fact for rule in rules for each in rule.when for clause in each}))
