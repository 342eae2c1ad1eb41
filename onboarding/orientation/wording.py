"""The questionnaire told to the agency: each rule with its condition in words and the titles of its sources."""

from collections.abc import Iterable
from dataclasses import dataclass

from .questionnaire import Clause, Condition, Mode, Question, Questionnaire, Topic

_MODES = {Mode.ANY: "", Mode.ONLY: "seulement ", Mode.NONE: "sans "}
_FACTS = {"route": "Route de la région", "charter": "Réglage de la charte de consommation"}


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A rule in words."""

    id: str
    topic: Topic
    condition: str
    says: str
    because: str
    sources: tuple[str, ...]
    to_confirm: bool


def questions(book: Questionnaire) -> list[tuple[Question, str]]:
    """The questions, each with the title of its source."""
    return [(question, book.sources[question.source]) for question in book.questions]


def rules(book: Questionnaire) -> list[ToldRule]:
    """The rules in words, in order."""
    return [
        ToldRule(
            rule.id,
            rule.topic,
            condition(book, rule.when),
            rule.says,
            rule.because,
            tuple(book.sources[name] for name in rule.sources),
            rule.to_confirm,
        )
        for rule in book.rules
    ]


def condition(book: Questionnaire, when: Condition) -> str:
    """« Quel format ? : « CSD » » and so on, its cases joined by « ou »; « toujours » without any."""
    return ", ou ".join(" et ".join(_clause(book, clause) for clause in case) for case in when) or "toujours"


def _clause(book: Questionnaire, clause: Clause) -> str:
    question = book.question(clause.subject)
    words = {option.code: option.label for option in question.options} if question else book.facts[clause.subject]
    name = question.ask.removesuffix("?").strip() if question else _FACTS.get(clause.subject, clause.subject)
    others = [label for code, label in words.items() if code not in clause.codes]
    if clause.mode is Mode.ANY and len(others) < len(clause.codes):
        return f"{name} : " + (f"une réponse autre que {_listed(others)}" if others else "toute réponse")
    return f"{name} : {_MODES[clause.mode]}{_listed(words.get(code, code) for code in sorted(clause.codes))}"


def _listed(labels: Iterable[str]) -> str:
    return " ou ".join(f"« {label} »" for label in labels)
