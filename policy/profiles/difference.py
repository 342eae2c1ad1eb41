"""What changes between two versions of the policy: cell by cell, exactly, and in French sentences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.lifecycle.table import LabelledEnum

from . import catalogue, openness, wording
from .openness import Degree, Openness, Situations
from .rulebook import Rule, Rulebook


class Change(LabelledEnum):
    """What happens to a cell."""

    OPENED = "opened", "Ouvert"
    WIDENED = "widened", "Élargi"
    CHANGED = "changed", "Modifié"
    NARROWED = "narrowed", "Restreint"
    CLOSED = "closed", "Fermé"

    @property
    def gains(self) -> bool:
        """True when holders may do something that they could not."""
        return self in (Change.OPENED, Change.WIDENED, Change.CHANGED)

    @property
    def loses(self) -> bool:
        """True when holders may no longer do something that they could."""
        return self in (Change.CLOSED, Change.NARROWED, Change.CHANGED)


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that opens otherwise: the same for all its `operations`."""

    profiles: frozenset[str]
    element: str
    operations: tuple[str, ...]
    change: Change
    before: str
    after: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs: cells, and in sentences what surrounds them."""

    cells: tuple[CellChange, ...]
    others: tuple[str, ...]

    def of(self, profile: str, element: str, operation: str) -> CellChange | None:
        """The change of a cell, if it changes."""
        found = (
            c for c in self.cells if c.profiles == {profile} and c.element == element and operation in c.operations
        )
        return next(found, None)


def compare(before: Rulebook, after: Rulebook) -> Difference:
    """What `after` changes to `before`, profile by profile."""
    cells = [each for code in sorted(catalogue.CODES) for each in of_profiles(before, after, frozenset({code}))]
    return Difference(tuple(cells), tuple(_others(before, after)))


def of_profiles(before: Rulebook, after: Rulebook, profiles: frozenset[str]) -> list[CellChange]:
    """What changes for holders of these profiles together."""
    elements = list(dict.fromkeys((*after.elements, *before.elements)))
    return [change for element in elements for change in _of_element(before, after, profiles, element)]


def _of_element(before: Rulebook, after: Rulebook, profiles: frozenset[str], element: str) -> Iterator[CellChange]:
    """The changes of one line, the operations that change alike said together."""
    alike: dict[tuple[Change, Openness, Openness], list[str]] = {}
    for operation in dict.fromkeys((*after.operations, *before.operations)):
        if change := _change(before, after, profiles, operation, element):
            words = tuple(openness.of_cell(book, profiles, operation, element) for book in (before, after))
            alike.setdefault((change, words[0], words[1]), []).append(operation)
    for (change, former, new), operations in alike.items():
        sentence = _sentence(after, before, profiles, element, operations, [_words(former), _words(new)])
        yield CellChange(profiles, element, tuple(operations), change, former.sentence, new.sentence, sentence)


def _change(before: Rulebook, after: Rulebook, profiles: frozenset[str], operation: str, element: str) -> Change | None:
    cells = [_met(book, profiles, operation, element) for book in (before, after)]
    if _plain(cells[0]) == _plain(cells[1]):
        return None
    facts = openness.facts_of(*cells[0], *cells[1])
    former, new = (openness.situations(book, profiles, operation, element, facts) for book in (before, after))
    return _kind(former, new)


def _kind(former: Situations, new: Situations) -> Change | None:
    if former == new:
        return None
    if not former or not new:
        return Change.OPENED if new else Change.CLOSED
    if former < new:
        return Change.WIDENED
    return Change.NARROWED if new < former else Change.CHANGED


def _met(book: Rulebook, profiles: frozenset[str], operation: str, element: str) -> list[Rule]:
    return [rule for rule in book.cell(operation, element) if not profiles.isdisjoint(rule.profiles)]


def _plain(rules: Iterable[Rule]) -> set[Any]:
    """What the rules of a cell do there, however they are named."""
    return {(rule.effect, rule.when) for rule in rules}


def _sentence(
    after: Rulebook, before: Rulebook, profiles: frozenset[str], element: str, operations: list[str], words: list[str]
) -> str:
    """« Profil 2, lire « … » : désormais ouvert si … (auparavant : fermé). »; `words` says before, then after."""
    book = after if element in after.elements else before
    who = wording.profiles(profiles).removeprefix("le ").removeprefix("les ")
    acts = wording.operations(book, operations)
    start = f"{who[0].upper()}{who[1:]}, {acts} « {book.elements[element].label} »"
    return f"{start} : désormais {words[1]} (auparavant : {words[0]})."


def _words(cell: Openness) -> str:
    """« fermé », « ouvert », « ouvert si … »."""
    if cell.degree is Degree.CONDITION:
        return f"ouvert {cell.sentence[0].lower()}{cell.sentence[1:]}"
    return "ouvert sans condition" if cell.degree is Degree.ALWAYS else "fermé"


def _others(before: Rulebook, after: Rulebook) -> Iterator[str]:
    """What differs beside the cells."""
    if before.exposure_model != after.exposure_model:
        verb = f"passe de {before.exposure_model} à" if before.exposure_model else "est"
        yield f"Le modèle d’exposition {verb} {after.exposure_model}."
    for code, choice in after.choices.items():
        former = before.choices.get(code)
        if former and former.chosen != choice.chosen:
            yield f"{choice.question} {choice.options[choice.chosen]} (auparavant : {former.options[former.chosen]})"
    labels = [{code: e.label for code, e in book.elements.items()} for book in (before, after)]
    yield from _named("L’élément", labels[0], labels[1])
    cases = [{code: case.label for code, case in book.cases.items()} for book in (before, after)]
    yield from _named("Le cas de récupération", cases[0], cases[1])
    yield from _sayings(before, after)


def _named(what: str, former: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for code in [code for code in new if code not in former]:
        yield f"{what} « {new[code]} » est ajouté."
    for code in [code for code in former if code not in new]:
        yield f"{what} « {former[code]} » est retiré."


def _sayings(before: Rulebook, after: Rulebook) -> Iterator[str]:
    for code, audience in after.audiences.items():
        former = before.audiences.get(code)
        if former and former != audience:
            yield f"Le public du profil {code} change : {audience.sentence}"
    if before.duties and before.duties != after.duties:
        yield "Ce qui reste à la charge des services change."
