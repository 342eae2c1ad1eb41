"""Every path of a questionnaire, and what is wrong with it: a path without a way, a subject left without an answer.

Answers that no condition tells apart stand for one another, so that "every path" stays a finite and small number; where
several answers may be given, each is tried alone, then all together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from .answer import CONSUMPTION, FEEDING, Answer, answer
from .questionnaire import Condition, Question, Questionnaire, Situation, Topic, walk

NEEDED = {  # what the answer must say, by way
    CONSUMPTION: (Topic.PROFILE, Topic.FORMAT, Topic.CASE, Topic.SPACE, Topic.IDENTITY, Topic.CHARTER),
    FEEDING: (Topic.PROFILE, Topic.IDENTITY, Topic.LIST, Topic.ROUTE, Topic.CHARTER),
}
ALONE = (Topic.FORMAT, Topic.CASE)  # said once
MOST = 60_000


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many paths were followed, and the faults found, in French, the first of each kind."""

    paths: int
    faults: tuple[str, ...]


def coverage(book: Questionnaire) -> Coverage:
    """Follows every path, subject by subject."""
    count, faults, reached = 0, dict[str, None](), set[str]()
    for topic in Topic:
        part = replace(book, rules=tuple(rule for rule in book.rules if rule.topic in (Topic.WAY, topic)))
        for situation in paths(part):
            count += 1
            if count > MOST:
                return Coverage(count, (f"Le questionnaire compte plus de {MOST} chemins : simplifiez-le.",))
            said = answer(part, situation)
            reached |= {one.rule for one in said.advice}
            faults |= dict.fromkeys(_faults(said, situation, topic))
    unused = [f"La règle « {rule.id} » ne sert dans aucun chemin." for rule in book.rules if rule.id not in reached]
    return Coverage(count, (*faults, *unused))


def paths(book: Questionnaire) -> Iterator[Situation]:
    """Every situation that a visitor may end in, as far as the rules of `book` tell them apart; facts included."""
    conditions = [*(question.when for question in book.questions), *(rule.when for rule in book.rules)]
    named = {clause.subject for condition in conditions for case in condition for clause in case}
    facts = [[(name, frozenset({value})) for value in values] for name, values in book.facts.items() if name in named]
    choices = {question.id: _choices(question, conditions) for question in book.questions}
    for ended in _ends(book, {}, choices):
        for known in product(*facts):
            yield {**ended, **dict(known)}


def _ends(
    book: Questionnaire, given: Situation, choices: dict[str, list[frozenset[str]]]
) -> Iterator[dict[str, frozenset[str]]]:
    standing = walk(book, given)
    if standing.next is None:
        yield standing.situation
        return
    for chosen in choices[standing.next.id]:
        yield from _ends(book, {**standing.situation, standing.next.id: chosen}, choices)


def _choices(question: Question, conditions: list[Condition]) -> list[frozenset[str]]:
    """One answer of each kind that conditions tell apart; all together where several may be given."""
    clauses = {
        clause for condition in conditions for case in condition for clause in case if clause.subject == question.id
    }
    kinds: dict[frozenset[frozenset[str]], frozenset[str]] = {}
    for option in question.options:
        kind = frozenset(clause.codes for clause in clauses if option.code in clause.codes)
        kinds.setdefault(kind, frozenset({option.code}))
    together = [question.codes] if question.many and len(kinds) > 1 else []
    return [*kinds.values(), *together]


def _faults(said: Answer, situation: Situation, topic: Topic) -> Iterator[str]:
    path = " ; ".join(f"{name} = {', '.join(sorted(codes))}" for name, codes in situation.items())
    if not said.ways:
        yield "Un chemin ne mène à aucune voie : " + path
    if any(topic in NEEDED[way] for way in said.directions) and not said.about(topic):
        yield f"« {topic.label} » reste sans réponse : {path}"
    if topic in ALONE and len(said.about(topic)) > 1:
        rules = ", ".join(one.rule for one in said.about(topic))
        yield f"« {topic.label} » reçoit plusieurs réponses ({rules}) : {path}"
