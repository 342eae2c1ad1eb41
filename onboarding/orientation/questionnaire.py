"""The orientation questionnaire as data: questions in order, conditions, rules; and the walk from page to page.

A situation gives, for each question answered (and each fact known), the codes chosen. Answers to questions that are not
asked are left out, so that an address made by hand cannot reach a page that no visitor reaches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.lifecycle.table import LabelledEnum

Situation = Mapping[str, frozenset[str]]
NOTHING: frozenset[str] = frozenset()


class Mode(StrEnum):
    """How a clause compares what was answered with its codes."""

    ANY = "any"
    ONLY = "only"
    NONE = "none"


class Topic(LabelledEnum):
    """What a rule speaks about, in the order of the answer."""

    WAY = "way", "La voie"
    PROFILE = "profile", "Le profil à demander"
    FORMAT = "format", "Le format"
    CASE = "case", "Le cas de récupération"
    SPACE = "space", "L’espace de confiance"
    IDENTITY = "identity", "Certificats ou secret"
    LIST = "list", "La liste des établissements"
    ROUTE = "route", "Directement ou par l’EAI régional"
    CHARTER = "charter", "La charte"
    NOTE = "note", "À savoir"


@dataclass(frozen=True, slots=True)
class Clause:
    """One demand on the answer to a question (or on a fact); an unanswered question meets none."""

    subject: str
    mode: Mode
    codes: frozenset[str]

    def holds(self, given: frozenset[str]) -> bool:
        """Whether what was answered meets the demand."""
        if not given:
            return False
        if self.mode is Mode.ONLY:
            return given <= self.codes
        return given.isdisjoint(self.codes) is (self.mode is Mode.NONE)


Condition = tuple[tuple[Clause, ...], ...]  # cases, one of which suffices; empty: always


def holds(condition: Condition, situation: Situation) -> bool:
    """Whether one case of the condition is met."""
    return not condition or any(
        all(clause.holds(situation.get(clause.subject, NOTHING)) for clause in case) for case in condition
    )


def may_hold(condition: Condition, situation: Situation, open_questions: frozenset[str]) -> bool:
    """Whether the condition may still be met, whatever is answered to the questions left open."""
    return not condition or any(
        all(clause.subject in open_questions or clause.holds(situation.get(clause.subject, NOTHING)) for clause in case)
        for case in condition
    )


@dataclass(frozen=True, slots=True)
class Option:
    """A possible answer."""

    code: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One page: `id` names it in conditions, `slug` in addresses; `many` lets several answers be given.

    `reference` names the reference data from which its answers were taken, if any.
    """

    id: str
    slug: str
    ask: str
    help: str
    source: str
    many: bool
    options: tuple[Option, ...]
    when: Condition
    reference: str = ""

    @property
    def codes(self) -> frozenset[str]:
        """The answers that exist."""
        return frozenset(option.code for option in self.options)

    def accepted(self, given: frozenset[str]) -> frozenset[str]:
        """What counts of an answer: known codes, and one only where one is asked."""
        kept = given & self.codes
        return kept if self.many or len(kept) == 1 else NOTHING


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said when a condition is met; `value` is what it proposes (a profile, a case…), for the candidacy."""

    id: str
    topic: Topic
    value: str
    when: Condition
    says: str
    because: str
    sources: tuple[str, ...]
    to_confirm: bool


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A whole questionnaire; `facts` maps what the portal knows by itself to its values, with their words.

    `precedence` orders the access profiles from the widest, for users of several profiles.
    """

    title: str
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    facts: Mapping[str, Mapping[str, str]]
    sources: Mapping[str, str]
    precedence: tuple[str, ...]

    def question(self, id: str) -> Question | None:
        """The question of that name."""
        return next((question for question in self.questions if question.id == id), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a visitor is: the answers that count, in order, and the question to ask next (None at the end).

    `left` is how many questions there are still at most, the next one included.
    """

    answered: tuple[tuple[Question, frozenset[str]], ...]
    next: Question | None
    left: int

    @property
    def situation(self) -> dict[str, frozenset[str]]:
        """The answers by question."""
        return {question.id: codes for question, codes in self.answered}

    @property
    def number(self) -> int:
        """The place of the question to ask, counted from one."""
        return len(self.answered) + 1


def walk(book: Questionnaire, given: Situation, *, until: str = "") -> Standing:
    """Follows the answers given, question by question, to the first one without an answer (or the one named)."""
    answered: list[tuple[Question, frozenset[str]]] = []
    situation: dict[str, frozenset[str]] = {}
    for rank, question in enumerate(book.questions):
        if not holds(question.when, situation):
            continue
        kept = question.accepted(given.get(question.id, NOTHING))
        if not kept or question.id == until:
            return Standing(tuple(answered), question, _left(book, rank, situation))
        answered.append((question, kept))
        situation[question.id] = kept
    return Standing(tuple(answered), None, 0)


def _left(book: Questionnaire, rank: int, situation: Situation) -> int:
    """The questions from `rank` on that may still be asked."""
    following = book.questions[rank:]
    left_open = frozenset(question.id for question in following)
    return sum(may_hold(question.when, situation, left_open) for question in following)
