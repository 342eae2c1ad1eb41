"""Answers in addresses: ``?besoin=read&donnees=beds&donnees=offers``, so that going back and sharing just work."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from .questionnaire import Question, Questionnaire, Situation

MOST = 60  # values read of one question


def read(book: Questionnaire, lists: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """The answers of a query string; what is no question is left out."""
    return {
        question.id: frozenset(lists[question.slug][:MOST]) for question in book.questions if question.slug in lists
    }


def write(answered: Iterable[tuple[Question, frozenset[str]]]) -> str:
    """The query string of answers, in the order of the questions."""
    return urlencode([(question.slug, code) for question, codes in answered for code in sorted(codes)])


def of(book: Questionnaire, situation: Situation) -> str:
    """The query string of a situation."""
    return write((question, situation[question.id]) for question in book.questions if question.id in situation)
