"""Rules, conditions and questions in French words: one text for pages, verdicts and letters.

Sentences are made from the rule itself, so that what is read can never differ from what is applied.
"""

from collections.abc import Iterable

from .rulebook import Clause, Rule, Rulebook, RuleEffect


def listed(words: Iterable[str], *, last: str = "et") -> str:
    """« a, b et c »."""
    *first, end = list(words)
    return f"{', '.join(first)} {last} {end}" if first else end


def operations(book: Rulebook, codes: Iterable[str], *, last: str = "et") -> str:
    """The operations in the order of the policy: « lire, rechercher et extraire en masse »."""
    chosen = set(codes)
    return listed((label for code, label in book.operations.items() if code in chosen), last=last)


def operation(book: Rulebook, code: str) -> str:
    """The verb of an operation; the code when the policy does not know it."""
    return book.operations.get(code, code)


def elements(book: Rulebook, codes: Iterable[str]) -> str:
    """The elements by their labels, in the order of the policy; « tous les éléments » for all of them."""
    chosen = set(codes)
    if chosen == set(book.elements):
        return "tous les éléments"
    return listed(f"« {element.label} »" for code, element in book.elements.items() if code in chosen)


def asked(book: Rulebook, name: str | None) -> str:
    """What a question names: an element by its label, a FHIR element or a resource by its name, or nothing."""
    element = book.elements.get(name) if name else None
    return f"« {element.label} »" if element else (name or "quelque donnée")


def profiles(codes: Iterable[str]) -> str:
    """« le profil 2 », « les profils A et B »."""
    ordered = sorted(codes)
    return f"{'les profils' if len(ordered) > 1 else 'le profil'} {listed(ordered)}"


def clause(book: Rulebook, given: Clause) -> str:
    """« le statut est installé ou disponible »; for all values but one, « le contact n’est pas en accès restreint »."""
    fact = book.facts[given.fact]
    others = [label for code, label in fact.values.items() if code not in given.values]
    if len(others) == 1 and len(fact.values) > 2 and fact.phrase.endswith(" est"):
        return f"{fact.phrase.removesuffix(' est')} n’est pas {others[0]}"
    words = [label for code, label in fact.values.items() if code in given.values]
    return f"{fact.phrase} {listed(words, last='ou')}"


def condition(book: Rulebook, rule: Rule) -> str:
    """The condition of a rule without its first « si »; empty for a rule that always holds."""
    return " ; ou si ".join(clauses(book, alternative) for alternative in rule.when)


def clauses(book: Rulebook, alternative: Iterable[Clause]) -> str:
    """One condition: « l’unité est non sensible et si le contact est en accès libre »."""
    return " et si ".join(clause(book, each) for each in alternative)


def sentence(book: Rulebook, rule: Rule) -> str:
    """The whole rule: « Le profil A permet de modifier « … » si l’établissement est dans la liste du service. »."""
    forbids = rule.effect is RuleEffect.DENY
    verb = "permet" if len(rule.profiles) == 1 else "permettent"
    verb = f"ne {verb} pas" if forbids else verb
    acts = de(operations(book, rule.operations, last="ou" if forbids else "et"))
    held = condition(book, rule)
    said = f"{profiles(rule.profiles)} {verb} {acts} {elements(book, rule.elements)}{f' si {held}' if held else ''}."
    return said[0].upper() + said[1:]


def de(words: str) -> str:
    """« de lire », « d’extraire »."""
    return f"d’{words}" if words[:1] in "aeiouéêh" else f"de {words}"
