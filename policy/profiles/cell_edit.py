"""Changes a draft cell by cell: what a profile may do to an element, under which conditions, from which source.

A rule of the file often covers several cells. Editing one takes that cell out of its rules (which are split, the part
that stays keeping the name) and gives it the rule asked for, merged with one that says the same when there is one.
Prohibitions are left alone. All functions give a new rulebook.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .openness import Alternatives, opens
from .rulebook import Choice, Rule, Rulebook, RuleEffect

NEWEST = 1_000_000_000  # line of a rule that has none yet: after all others


@dataclass(frozen=True, slots=True)
class Cell:
    """Where the change is made."""

    profile: str
    element: str
    operations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Opening:
    """What the cell shall open: always (no alternative but the empty one), or under any of the alternatives."""

    alternatives: Alternatives
    source: str
    article: str
    doubt: str = ""


def set_cell(book: Rulebook, cell: Cell, opening: Opening | None) -> Rulebook:
    """The policy with this cell opened so; None closes it. Rules that wait on another option stay as they are."""
    taken = {rule.id for rule in book.all_rules()}
    rules: list[Rule] = []
    for rule in book.all_rules():
        rules += _without(rule, cell, taken) if opens(rule) and rule in book.rules else [rule]
    if opening is not None:
        rules = _added(rules, cell, opening, taken)
    return book.with_rules(tuple(rules))


def _without(rule: Rule, cell: Cell, taken: set[str]) -> list[Rule]:
    """The rule less the cell: up to three rules, the first of which keeps the name."""
    touched = cell.profile in rule.profiles and cell.element in rule.elements and cell.operations & rule.operations
    if not touched:
        return [rule]
    only, here = frozenset({cell.profile}), frozenset({cell.element})
    parts = [
        replace(rule, profiles=rule.profiles - only),
        replace(rule, profiles=only, elements=rule.elements - here),
        replace(rule, profiles=only, elements=here, operations=rule.operations - cell.operations),
    ]
    left = [part for part in parts if part.profiles and part.elements and part.operations]
    return [part if rank == 0 else replace(part, id=_free(rule.id, taken)) for rank, part in enumerate(left)]


def _added(rules: list[Rule], cell: Cell, opening: Opening, taken: set[str]) -> list[Rule]:
    new = Rule(
        id=_free(f"{cell.element.split('.')[0].upper()[:12]}-{cell.profile}", taken),
        effect=RuleEffect.PERMIT,
        profiles=frozenset({cell.profile}),
        operations=cell.operations,
        elements=frozenset({cell.element}),
        when=() if () in opening.alternatives else opening.alternatives,
        source=opening.source,
        article=opening.article,
        doubt=opening.doubt,
        line=NEWEST,
    )
    for rank, rule in enumerate(rules):
        if _merges(rule, new):
            merged = replace(rule, profiles=rule.profiles | new.profiles)
            return [*rules[:rank], merged, *rules[rank + 1 :]]
    return [*rules, new]


def _merges(rule: Rule, new: Rule) -> bool:
    """True when the rule says the same of other profiles."""
    alike = replace(new, id=rule.id, profiles=rule.profiles, line=rule.line)
    return not rule.choice and alike == rule


def _free(base: str, taken: set[str]) -> str:
    """A name that no rule bears: ``ORG-1``, else ``ORG-1-2``, ``ORG-1-3``…"""
    name, rank = base, 1
    while name in taken:
        rank += 1
        name = f"{base}-{rank}"
    taken.add(name)
    return name


def settle(book: Rulebook, code: str, option: str, *, confirmed: bool) -> Rulebook:
    """The policy with a choice standing on an option: the rules that hold follow."""
    choice = replace(book.choices[code], chosen=option, confirmed=confirmed)
    choices: dict[str, Choice] = {**book.choices, code: choice}
    return replace(book, choices=choices).with_rules(book.all_rules())


def rules_at(book: Rulebook, cell: Cell) -> Iterator[Rule]:
    """The openings that hold at a cell, for any of its operations."""
    return _distinct(
        rule
        for operation in cell.operations
        for rule in book.cell(operation, cell.element)
        if cell.profile in rule.profiles and opens(rule)
    )


def _distinct(rules: Iterable[Rule]) -> Iterator[Rule]:
    return iter(dict.fromkeys(rules))
