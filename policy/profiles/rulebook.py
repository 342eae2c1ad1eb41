"""The access policy as data: a frozen rulebook, read once and asked many times.

A rule opens (or forbids) elements of the exposure model to profiles, for operations, under a condition on facts of
the call or of the data (confidentiality level, sensitive unit, list of establishments…), and names the article it
comes from. What no rule opens is refused. Files are read by `policy.profiles.rulebook_file`, judged by
`policy.profiles.engine`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from portal.lifecycle.table import LabelledEnum

ESTABLISHMENT_PERIMETER = "establishment_perimeter"  # fact: is the establishment written to in the list of the right?
REGION_PERIMETER = "region_perimeter"  # fact: is the region asked about the one of the right?
DIRECTION = "direction"  # fact: does the service feed the ROR or consume it? follows from its profiles
ENVIRONMENT = "environment"  # fact: sandbox or production? that of the whitelist asked
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
    """What a condition may ask: `phrase` + one of `values` reads as a French clause (« l’unité est » « sensible »).

    `nomenclature` names the table whose codes the values are (« TRE_R227 »), empty when there is none.
    """

    code: str
    label: str
    phrase: str
    values: Mapping[str, str]
    nomenclature: str = ""


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
    A rule that names a `choice` holds only while that choice stands on its `option`.
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
    choice: str = ""
    option: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A contradiction of the sources, settled by the agency: `options` are the readings, `chosen` the one applied."""

    code: str
    question: str
    sources: str
    options: Mapping[str, str]
    chosen: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A retrieval case: one way to fetch data, in one format, by one transaction of the ROR.

    `excludes` are the elements that it never carries, `because` says why in French (empty when there are none).
    """

    code: str
    label: str
    format: str
    transaction: str
    operation: str
    prerequisites: tuple[str, ...]
    source: str
    article: str
    excludes: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a profile is meant: a French sentence, and the user roles (codes of TRE_R78) it fits."""

    sentence: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A version of the policy. Compared and hashed by identity: two readings of one file are two rulebooks.

    `rules` are those that hold; `dormant` those of the options that no choice stands on. `duties` says, by direction,
    what remains the vendor's own to do.
    """

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
    dormant: tuple[Rule, ...] = ()
    choices: Mapping[str, Choice] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    audiences: Mapping[str, Audience] = field(default_factory=dict)
    duties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
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

    def all_rules(self) -> tuple[Rule, ...]:
        """Every rule of the file, those that wait on a choice included, in the order of the file."""
        return tuple(sorted((*self.rules, *self.dormant), key=lambda rule: rule.line))

    def with_rules(self, rules: tuple[Rule, ...]) -> "Rulebook":
        """The same policy with these rules, those of options not chosen set aside."""
        holds = [rule for rule in rules if not rule.choice or self.choices[rule.choice].chosen == rule.option]
        kept = set(holds)
        return replace(self, rules=tuple(holds), dormant=tuple(rule for rule in rules if rule not in kept))

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
