"""Reads a draft over before it is approved: what is missing, contradictory or useless, each in a French sentence."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum

from . import catalogue, openness, wording
from .openness import opens
from .rulebook import Rule, Rulebook


class Kind(LabelledEnum):
    """What a finding is about."""

    COMPLETENESS = "completeness", "Complétude"
    NO_RULE = "no_rule", "Élément sans règle"
    CONTRADICTION = "contradiction", "Contradiction"
    UNREACHABLE = "unreachable", "Règle sans effet"
    NOMENCLATURE = "nomenclature", "Nomenclature"
    TO_CONFIRM = "to_confirm", "À confirmer"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; a `blocking` one must be mended before the draft can be checked."""

    kind: Kind
    sentence: str
    blocking: bool = True


Cell = tuple[str, str, str]  # profile, operation, element
Nomenclatures = Mapping[str, AbstractSet[str]]


def findings(book: Rulebook, nomenclatures: Nomenclatures | None = None) -> list[Finding]:
    """All that is to be said of a draft, what blocks first; `nomenclatures` gives the codes known by table."""
    found = [
        *_incomplete(book),
        *_elements_without_rule(book),
        *_contradictions(book),
        *_useless(book),
        *_closed(book),
        *_unknown_codes(book, nomenclatures or {}),
        *_to_confirm(book),
    ]
    return sorted(found, key=lambda finding: not finding.blocking)


def _incomplete(book: Rulebook) -> Iterator[Finding]:
    """What pages and letters say of every profile must be written."""
    for code in sorted(catalogue.CODES - set(book.audiences)):
        yield Finding(Kind.COMPLETENESS, f"Le profil {code} ne dit pas pour qui il est fait.")
    for direction, words in (("consumption", "qui consomme"), ("feeding", "qui alimente")):
        if not book.duties.get(direction):
            yield Finding(Kind.COMPLETENESS, f"Rien ne dit ce qui reste à la charge d’un service {words} le ROR.")
    if not book.summary:
        yield Finding(Kind.COMPLETENESS, "La version n’a pas de résumé.")


def _elements_without_rule(book: Rulebook) -> Iterator[Finding]:
    named = {element for rule in book.all_rules() if opens(rule) for element in rule.elements}
    for code, element in book.elements.items():
        if code not in named:
            yield Finding(Kind.NO_RULE, f"Aucune règle ne nomme l’élément « {element.label} ».")


def cells_of(rule: Rule) -> Iterator[Cell]:
    """Every cell that a rule bears on."""
    for profile in sorted(rule.profiles):
        for operation in sorted(rule.operations):
            for element in sorted(rule.elements):
                yield profile, operation, element


def _met(book: Rulebook, cell: Cell) -> list[Rule]:
    return [rule for rule in book.cell(cell[1], cell[2]) if cell[0] in rule.profiles]


def _contradictions(book: Rulebook) -> Iterator[Finding]:
    """Openings that a prohibition always defeats; a prohibition tied to a choice is wanted, and says nothing wrong."""
    for rule in filter(opens, book.rules):
        forbidding = {other.id for cell in cells_of(rule) for other in _defeating(book, rule, cell)}
        if forbidding:
            names = wording.listed(sorted(forbidding))
            verb = "interdisent" if len(forbidding) > 1 else "interdit"
            yield Finding(Kind.CONTRADICTION, f"La règle {rule.id} ouvre ce que {names} {verb} toujours.")


def _defeating(book: Rulebook, rule: Rule, cell: Cell) -> list[Rule]:
    closing = [other for other in _met(book, cell) if not opens(other) and not other.choice]
    facts = openness.facts_of(rule, *closing)
    opened = openness.union(book, [rule], facts)
    alone = [other for other in closing if opened <= openness.union(book, [other], facts)]
    together = closing and opened <= openness.union(book, closing, facts)
    return alone or (closing if together else [])


def _useless(book: Rulebook) -> Iterator[Finding]:
    """Rules whose removal would change nothing, looked for from the last; what they repeat stays."""
    removed: set[str] = set()
    for rule in reversed(book.rules):
        if all(_changes_nothing(book, rule, cell, removed) for cell in cells_of(rule)):
            removed.add(rule.id)
            act = "n’ouvre rien que d’autres règles n’ouvrent déjà" if opens(rule) else "n’interdit rien d’ouvert"
            yield Finding(Kind.UNREACHABLE, f"La règle {rule.id} {act} : elle peut être retirée.")


def _changes_nothing(book: Rulebook, rule: Rule, cell: Cell, removed: set[str]) -> bool:
    others = [other for other in _met(book, cell) if other is not rule and other.id not in removed and opens(other)]
    facts = openness.facts_of(rule, *others)
    mine, theirs = openness.union(book, [rule], facts), openness.union(book, others, facts)
    return mine <= theirs if opens(rule) else not mine & theirs


def _closed(book: Rulebook) -> Iterator[Finding]:
    """Profiles that open nothing: possible, never by accident."""
    for code in sorted(catalogue.CODES):
        if not any(code in rule.profiles for rule in filter(opens, book.rules)):
            yield Finding(Kind.COMPLETENESS, f"Le profil {code} n’ouvre rien : vérifiez que c’est voulu.", False)


def _unknown_codes(book: Rulebook, nomenclatures: Nomenclatures) -> Iterator[Finding]:
    used: list[tuple[str, str, Iterable[str]]] = [
        (f"le fait « {fact.label} »", fact.nomenclature, fact.values) for fact in book.facts.values()
    ]
    used += [(f"le profil {code}", "TRE_R78", audience.roles) for code, audience in book.audiences.items()]
    for where, table, codes in used:
        if unknown := _outside(codes, nomenclatures.get(table, frozenset())):
            words = wording.listed(unknown)
            sentence = f"Inconnu de la nomenclature {table} en vigueur : {words}, pour {where}."
            yield Finding(Kind.NOMENCLATURE, sentence, False)


def _outside(codes: Iterable[str], known: AbstractSet[str]) -> list[str]:
    """The codes that a nomenclature does not hold; none while the nomenclature is not loaded."""
    return [code for code in codes if code not in known] if known else []


def _to_confirm(book: Rulebook) -> Iterator[Finding]:
    for choice in book.choices.values():
        if not choice.confirmed:
            sentence = f"{choice.question} {choice.options[choice.chosen]}"
            yield Finding(Kind.TO_CONFIRM, sentence, False)
    for rule in book.rules:
        if rule.doubt:
            yield Finding(Kind.TO_CONFIRM, f"Règle {rule.id} : {rule.doubt}", False)
