"""The policy laid out for reading: profiles with their descriptions, rules in words with their sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import choices, portrait, wording
from .catalogue import AccessProfile, FeedingProfile
from .rulebook import Rule, Rulebook


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """A profile for a reader; `proof` says how its callers prove who they are, `rules` how many rules name it."""

    code: str
    label: str
    description: str
    proof: str
    rules: int


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words; `doubt` says what its source leaves open, empty when nothing."""

    id: str
    profiles: tuple[str, ...]
    sentence: str
    source: str
    doubt: str


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules about the same resources, named as the elements' labels name them."""

    title: str
    lines: Sequence[RuleLine]


def profile_lines(book: Rulebook, kind: type[FeedingProfile] | type[AccessProfile]) -> Sequence[ProfileLine]:
    """The profiles of a kind, in order."""
    return [
        ProfileLine(
            profile.value,
            profile.label,
            choices.summary(book, profile.value),
            portrait.proof(book, profile),
            len(rules_of(book, profile.value)),
        )
        for profile in kind
    ]


def rules_of(book: Rulebook, profile: str = "") -> Sequence[Rule]:
    """The rules that name a profile, in the order of the policy; all of them without profile."""
    return [rule for rule in book.rules if not profile or profile in rule.profiles]


def rule_groups(book: Rulebook, profile: str = "") -> Sequence[RuleGroup]:
    """The same, in words, by what they are about, in the order of the policy."""
    groups: dict[str, list[RuleLine]] = {}
    for rule in rules_of(book, profile):
        groups.setdefault(_about(book, rule), []).append(_line(book, rule))
    return [RuleGroup(title, lines) for title, lines in groups.items()]


def _about(book: Rulebook, rule: Rule) -> str:
    """What comes before the colon in the labels of the rule's elements."""
    if len(rule.elements) == len(book.elements):
        return "Toutes les données"
    labels = [element.label for code, element in book.elements.items() if code in rule.elements]
    return ", ".join(dict.fromkeys(label.partition(" :")[0] for label in labels))


def _line(book: Rulebook, rule: Rule) -> RuleLine:
    return RuleLine(
        rule.id,
        tuple(sorted(rule.profiles)),
        wording.sentence(book, rule),
        book.source_of(rule),
        rule.doubt or _choice(book, rule),
    )


def _choice(book: Rulebook, rule: Rule) -> str:
    """The choice that a rule rests on, until the agency has confirmed it."""
    choice = book.choices.get(rule.choice)
    if choice is None or choice.confirmed:
        return ""
    return f"{choice.question} {choice.options[choice.chosen]}"
