"""The access policy as data: a frozen rulebook, read once and asked many times.

A rule opens (or forbids) elements of the exposure model to profiles, for operations, under a condition on facts of
the call or of the data (confidentiality level, sensitive unit, list of establishments…), and names the article it
comes from. What no rule opens is refused. Files are read by `policy.profiles.rulebook_file`, judged by
`policy.profiles.engine`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from portal.lifecycle.table import LabelledEnum

ESTABLISHMENT_PERIMETER = "establishment_perimeter"  # fact: is the establishment written to in the list of the right?
REGION_PERIMETER = "region_perimeter"  # fact: is the region asked about the one of the right?
INSIDE = "inside"
OUTSIDE = "outside"


class RuleEffect(LabelledEnum):
    """What a rule does when its condition holds; a prohibition wins over any opening."""

    PERMIT = "permit", "ouvre"
    DENY = "deny", "interdit"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that rules quote."""

    code: str
    title: str
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a condition may ask: `phrase` + one of `values` reads as a French clause (« l’unité est » « sensible »)."""

    code: str
    label: str
    phrase: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Element:
    """A class of data of the exposure model, treated as a whole; `fhir` lists the FHIR elements it covers."""

    code: str
    label: str
    resources: tuple[str, ...]
    fhir: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """A fact must have one of these values."""

    fact: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the policy. `when` is a choice of conditions, each a conjunction of clauses; empty means always.

    `doubt` is the French sentence of what the source leaves open and how it was read, for the agency to confirm.
    """

    id: str
    effect: RuleEffect
    profiles: frozenset[str]
    operations: frozenset[str]
    elements: frozenset[str]
    when: tuple[tuple[Clause, ...], ...]
    source: str
    article: str
    doubt: str = ""
    line: int = 0


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A version of the policy. Compared and hashed by identity: two readings of one file are two rulebooks."""

    number: str
    title: str
    effective_date: date
    exposure_model: str
    summary: str
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    operations: Mapping[str, str]
    elements: Mapping[str, Element]
    rules: tuple[Rule, ...]
    _cells: Mapping[tuple[str, str], tuple[Rule, ...]] = field(init=False, repr=False)
    _names: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepares the two lookups that every question makes."""
        object.__setattr__(self, "_cells", MappingProxyType(_by_cell(self.rules)))
        object.__setattr__(self, "_names", MappingProxyType(_by_name(self.elements)))

    def cell(self, operation: str, element: str) -> tuple[Rule, ...]:
        """The rules about an operation on an element, in the order of the file, for all profiles."""
        return self._cells.get((operation, element), ())

    def named(self, name: str | None) -> tuple[str, ...]:
        """The codes of the elements that a name covers: an element, one of its FHIR elements, a resource, None for all.

        Empty when the policy does not know the name.
        """
        return tuple(self.elements) if name is None else self._names.get(name, ())

    def source_of(self, rule: Rule) -> str:
        """The document and the article of a rule, as a reader would look them up."""
        return f"{self.sources[rule.source].title}, {rule.article}"


def _by_cell(rules: tuple[Rule, ...]) -> dict[tuple[str, str], tuple[Rule, ...]]:
    cells: dict[tuple[str, str], tuple[Rule, ...]] = {}
    for rule in rules:
        for operation in rule.operations:
            for element in rule.elements:
                cells[operation, element] = (*cells.get((operation, element), ()), rule)
    return cells


def _by_name(elements: Mapping[str, Element]) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for element in elements.values():
        for name in (element.code, *element.fhir, *element.resources):
            names[name] = (*names.get(name, ()), element.code)
    return names


EMPTY = Rulebook(
    number="0",
    title="Aucune politique publiée",
    effective_date=date.min,
    exposure_model="",
    summary="",
    sources=MappingProxyType({}),
    facts=MappingProxyType({}),
    operations=MappingProxyType({}),
    elements=MappingProxyType({}),
    rules=(),
)
