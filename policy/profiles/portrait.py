"""A profile in plain French: what it opens, under which condition, what it never opens, for whom, with what duties.

One text for the profile's page, the comparison of two profiles, letters and attestations; made from the rules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import catalogue, choices, openness, wording
from .catalogue import AccessProfile, FeedingProfile
from .openness import Degree, Openness
from .rulebook import Case, Rulebook


@dataclass(frozen=True, slots=True)
class Line:
    """One element for a profile: how much it opens, by which operations, and the sentence of its condition."""

    element: str
    label: str
    operations: str
    degree: Degree
    sentence: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A retrieval case for a profile; `because` says what it does not carry, empty when it carries all."""

    case: Case
    excluded: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that a reader wants to know of a profile."""

    code: str
    label: str
    summary: str
    audience: str
    roles: tuple[str, ...]
    proof: str
    lines: tuple[Line, ...]
    prohibitions: tuple[str, ...]
    duties: tuple[str, ...]
    cases: tuple[Obstacle, ...]

    def of(self, degree: str) -> Sequence[Line]:
        """The lines of a degree."""
        return [line for line in self.lines if line.degree == degree]

    @property
    def opens(self) -> Sequence[Line]:
        """What is always open."""
        return self.of(Degree.ALWAYS)

    @property
    def conditional(self) -> Sequence[Line]:
        """What is open under a condition."""
        return self.of(Degree.CONDITION)

    @property
    def never(self) -> Sequence[Line]:
        """What is never open."""
        return self.of(Degree.NEVER)


def of(book: Rulebook, code: str) -> Portrait:
    """The portrait of a profile by the policy. Raises ValueError for a code that no profile bears."""
    profile = catalogue.profile(code)
    audience = book.audiences.get(code)
    feeding = isinstance(profile, FeedingProfile)
    return Portrait(
        code=code,
        label=profile.label,
        summary=choices.summary(book, code),
        audience=audience.sentence if audience else "",
        roles=audience.roles if audience else (),
        proof=proof(book, profile),
        lines=tuple(line for element in book.elements for line in _lines(book, code, element)),
        prohibitions=tuple(prohibitions(book, code)),
        duties=book.duties.get("feeding" if feeding else "consumption", ()),
        cases=() if feeding else tuple(_cases(book)),
    )


def proof(book: Rulebook, profile: FeedingProfile | AccessProfile) -> str:
    """How callers of the profile prove who they are."""
    if profile.value in choices.by_secret(book):
        return "Identifiant client et secret"
    return "Certificat IGC-Santé"


def _lines(book: Rulebook, code: str, element: str) -> Iterable[Line]:
    """A line for each group of operations that open alike; one « never » line when none opens."""
    alike: dict[Openness, list[str]] = {}
    for operation in book.operations:
        cell = openness.of_cell(book, {code}, operation, element)
        if cell.degree is not Degree.NEVER:
            alike.setdefault(cell, []).append(operation)
    label = book.elements[element].label
    if not alike:
        return [Line(element, label, "", Degree.NEVER, Degree.NEVER.label, ())]
    return [
        Line(element, label, wording.operations(book, acts), cell.degree, cell.sentence, cell.rules)
        for cell, acts in alike.items()
    ]


def prohibitions(book: Rulebook, code: str = "") -> Iterable[str]:
    """The prohibitions that bear on every element, in sentences; those of one profile when it is given."""
    for rule in book.rules:
        if openness.is_general(book, rule) and (not code or code in rule.profiles):
            yield wording.sentence(book, rule)


def _cases(book: Rulebook) -> Iterable[Obstacle]:
    for case in book.cases.values():
        yield Obstacle(case, tuple(book.elements[code].label for code in case.excludes), case.because)


def in_letters(book: Rulebook, code: str) -> tuple[str, ...]:
    """What letters and attestations say of a profile: its summary, what it opens, what it never opens, the duties."""
    if not book.rules:
        return (catalogue.profile(code).description,)
    made = of(book, code)
    said = [
        made.summary,
        _sentence("Il ouvre sans condition", made.opens),
        _sentence("Il ouvre sous condition", made.conditional),
        _sentence("Il n’ouvre jamais", made.never) if made.lines and not _writes(made) else "",
        *made.duties,
    ]
    return tuple(each for each in said if each)


def _writes(made: Portrait) -> bool:
    """A feeding profile opens one thing: listing all that it leaves closed would hide it."""
    return made.code in set(FeedingProfile)


def _sentence(start: str, lines: Sequence[Line]) -> str:
    labels = dict.fromkeys(line.label for line in lines)
    return f"{start} : {' ; '.join(labels)}." if labels else ""


@dataclass(frozen=True, slots=True)
class Pair:
    """An element for two profiles; `same` when both open it alike."""

    label: str
    first: tuple[Line, ...]
    second: tuple[Line, ...]
    same: bool


def side_by_side(first: Portrait, second: Portrait) -> list[Pair]:
    """Two profiles of one policy, element by element."""
    labels = dict.fromkeys((line.element, line.label) for line in (*first.lines, *second.lines))
    return [_pair(element, label, first, second) for element, label in labels]


def _pair(element: str, label: str, first: Portrait, second: Portrait) -> Pair:
    sides = [tuple(line for line in made.lines if line.element == element) for made in (first, second)]
    said = [{(line.operations, line.sentence) for line in side} for side in sides]
    return Pair(label, sides[0], sides[1], said[0] == said[1])
