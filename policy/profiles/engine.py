"""Judges a question against the rulebook: who, doing what, to which element, knowing which facts.

Three answers. A fact that nobody stated makes a condition undecided: the answer is then « conditional », which is no
permission but says what remains to be shown (the ROR filters such data record by record). Deny by default: what no
rule opens is refused, and a prohibition wins over any opening. Total: a malformed question is refused with a reason,
it never raises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from portal.lifecycle.table import LabelledEnum

from . import catalogue, wording
from .rulebook import Clause, Rule, Rulebook, RuleEffect


class Effect(LabelledEnum):
    """The answer to a question; anything but PERMIT is not a permission."""

    PERMIT = "permit", "Permis"
    CONDITIONAL = "conditional", "Permis sous condition"
    DENY = "deny", "Refusé"


class Code(LabelledEnum):
    """Why: the kind of each reason."""

    RULE_PERMITS = "rule_permits", "Une règle l’ouvre"
    RULE_FORBIDS = "rule_forbids", "Une règle l’interdit"
    CONDITION_OPEN = "condition_open", "Une condition reste à vérifier"
    CONDITION_UNMET = "condition_unmet", "Une condition n’est pas remplie"
    NO_RULE = "no_rule", "Aucune règle ne l’ouvre"
    NO_POLICY = "no_policy", "Aucune politique n’est en vigueur"
    NO_PROFILE = "no_profile", "Aucun profil connu"
    UNKNOWN_OPERATION = "unknown_operation", "Opération inconnue"
    UNKNOWN_ELEMENT = "unknown_element", "Élément inconnu"


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of an answer: its kind, its French sentence, and the rule it comes from with its source."""

    code: str
    sentence: str
    rule: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer and its grounds."""

    effect: Effect
    reasons: tuple[Reason, ...]


class Truth(IntEnum):
    """Whether a condition holds; UNKNOWN when a fact it needs was not stated. Conjunction is `min`, choice is `max`."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the rules say of one element: the answer and, for each rule met, whether its condition holds."""

    effect: Effect
    rules: tuple[tuple[Rule, Truth], ...]


STRENGTH = {Effect.DENY: 0, Effect.CONDITIONAL: 1, Effect.PERMIT: 2}


def judge(rulebook: Rulebook, *, profiles: Any, operation: Any, element: Any = None, facts: Any = None) -> Judgement:
    """Whether holders of `profiles` may do `operation` to `element`, and why.

    `profiles` is a set of codes; `element` a code, a FHIR element or a resource of the policy, None for the operation
    as such: a resource is as open as its most open element. `facts` maps facts of the policy to values; the others
    count as unknown.
    """
    held = catalogue.codes(profiles)
    if fault := _fault(rulebook, held, operation, element):
        return Judgement(Effect.DENY, (fault,))
    weighed = _weigh_all(rulebook, held, operation, rulebook.named(element), stated(facts))
    best = strongest(each.effect for each in weighed)
    return Judgement(best, _reasons(rulebook, held, operation, element, [w for w in weighed if w.effect is best]))


def effect(
    rulebook: Rulebook, *, profiles: frozenset[str], operation: str, element: str | None, facts: Mapping[str, str]
) -> Effect:
    """The answer alone, without its reasons; expects codes and facts as `catalogue.codes` and `stated` give them."""
    named = rulebook.named(element)
    if not profiles or not named:
        return Effect.DENY
    return strongest(each.effect for each in _weigh_all(rulebook, profiles, operation, named, facts))


def strongest(effects: Iterable[Effect]) -> Effect:
    """The most favourable of several answers; a refusal when there is none."""
    return max(effects, key=STRENGTH.__getitem__, default=Effect.DENY)


def stated(facts: Any) -> dict[str, str]:
    """The facts among what a caller gives, as text; a boolean reads « oui » or « non »."""
    if not isinstance(facts, Mapping):
        return {}
    return {name: _value(value) for name, value in facts.items() if isinstance(name, str)}


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value) if isinstance(value, str | int) else ""


def _fault(rulebook: Rulebook, held: frozenset[str], operation: Any, element: Any) -> Reason | None:
    """What makes the question meaningless for this policy, if anything does."""
    if not rulebook.rules:
        return Reason(Code.NO_POLICY, "Aucune politique d’accès n’est en vigueur : tout est refusé.")
    if not held:
        return Reason(Code.NO_PROFILE, "Aucun profil connu n’est accordé : tout est refusé.")
    if not isinstance(operation, str) or operation not in rulebook.operations:
        return Reason(Code.UNKNOWN_OPERATION, "L’opération demandée n’existe pas dans la politique d’accès.")
    if element is not None and not (isinstance(element, str) and rulebook.named(element)):
        return Reason(Code.UNKNOWN_ELEMENT, "L’élément demandé n’existe pas dans la politique d’accès.")
    return None


def _weigh_all(
    rulebook: Rulebook, held: frozenset[str], operation: str, elements: Iterable[str], facts: Mapping[str, str]
) -> list[Weighed]:
    return [_weigh(rulebook, held, rulebook.cell(operation, element), facts) for element in elements]


def _weigh(rulebook: Rulebook, held: frozenset[str], rules: Iterable[Rule], facts: Mapping[str, str]) -> Weighed:
    met = tuple((rule, _holds(rulebook, rule, facts)) for rule in rules if not held.isdisjoint(rule.profiles))
    opens = max((truth for rule, truth in met if rule.effect is RuleEffect.PERMIT), default=Truth.FALSE)
    forbids = max((truth for rule, truth in met if rule.effect is RuleEffect.DENY), default=Truth.FALSE)
    if opens is Truth.FALSE or forbids is Truth.TRUE:
        return Weighed(Effect.DENY, met)
    sure = opens is Truth.TRUE and forbids is Truth.FALSE
    return Weighed(Effect.PERMIT if sure else Effect.CONDITIONAL, met)


def _holds(rulebook: Rulebook, rule: Rule, facts: Mapping[str, str]) -> Truth:
    if not rule.when:
        return Truth.TRUE
    return max(min(_true(rulebook, clause, facts) for clause in alternative) for alternative in rule.when)


def _true(rulebook: Rulebook, clause: Clause, facts: Mapping[str, str]) -> Truth:
    """A value outside the vocabulary is as good as none: neither an opening nor a prohibition may lean on it."""
    value = facts.get(clause.fact)
    if value is None or value not in rulebook.facts[clause.fact].values:
        return Truth.UNKNOWN
    return Truth.TRUE if value in clause.values else Truth.FALSE


def _reasons(
    rulebook: Rulebook, held: frozenset[str], operation: str, element: str | None, weighed: list[Weighed]
) -> tuple[Reason, ...]:
    """The rules that made the answer, each once, in the order of the policy."""
    counted = {rule.id: (rule, code) for each in weighed for rule, code in _counting(each)}
    if counted:
        return tuple(_reason(rulebook, rule, code) for rule, code in counted.values())
    act = wording.de(f"{wording.operation(rulebook, operation)} {wording.asked(rulebook, element)}")
    sentence = f"Aucune règle ne permet {act} avec {wording.profiles(held)} : ce qui n’est pas ouvert est refusé."
    return (Reason(Code.NO_RULE, sentence),)


def _counting(weighed: Weighed) -> Iterable[tuple[Rule, Code]]:
    """The rules that explain the answer of one element, with the part each played."""
    if weighed.effect is Effect.PERMIT:
        return [(rule, Code.RULE_PERMITS) for rule, truth in weighed.rules if _opens(rule) and truth is Truth.TRUE]
    forbidding = [
        (rule, Code.RULE_FORBIDS) for rule, truth in weighed.rules if not _opens(rule) and truth is Truth.TRUE
    ]
    if weighed.effect is Effect.DENY:
        unmet = [(rule, Code.CONDITION_UNMET) for rule, truth in weighed.rules if _opens(rule) and truth is Truth.FALSE]
        return forbidding or unmet
    return [(rule, _undecided(rule, truth)) for rule, truth in weighed.rules if truth is not Truth.FALSE]


def _undecided(rule: Rule, truth: Truth) -> Code:
    return Code.RULE_PERMITS if _opens(rule) and truth is Truth.TRUE else Code.CONDITION_OPEN


def _opens(rule: Rule) -> bool:
    return rule.effect is RuleEffect.PERMIT


def _reason(rulebook: Rulebook, rule: Rule, code: Code) -> Reason:
    return Reason(code, wording.sentence(rulebook, rule), rule.id, rulebook.source_of(rule))
