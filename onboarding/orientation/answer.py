"""The honest answer: what the rules say of a situation, subject by subject, each with its reason and its source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .questionnaire import Questionnaire, Rule, Situation, Topic, holds

OPEN_DATA, CONSUMPTION, FEEDING = "open_data", "consumption", "feeding"
FEEDING_PROFILES = frozenset({"A", "B"})


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing said: sentences, documents they come from, whether the agency has still to confirm them."""

    rule: str
    topic: Topic
    value: str
    says: str
    because: str
    sources: tuple[str, ...]
    to_confirm: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is said of one situation, in the order of the rules."""

    advice: tuple[Advice, ...]
    precedence: tuple[str, ...]

    def about(self, topic: str) -> list[Advice]:
        """What is said on a subject; of several access profiles, the widest first."""
        found = [one for one in self.advice if one.topic == topic]
        return sorted(found, key=self._breadth) if topic == Topic.PROFILE else found

    def _breadth(self, advice: Advice) -> int:
        return self.precedence.index(advice.value) if advice.value in self.precedence else -1

    @property
    def ways(self) -> list[Advice]:
        """The ways: open data, consumption, feeding."""
        return self.about(Topic.WAY)

    @property
    def details(self) -> list[tuple[Topic, list[Advice]]]:
        """The other subjects on which something is said, in their order; the access profiles come apart."""
        return [(topic, found) for topic in Topic if topic is not Topic.WAY and (found := self.about(topic))]

    @property
    def values(self) -> frozenset[str]:
        """The ways, as values."""
        return frozenset(one.value for one in self.ways)

    @property
    def directions(self) -> list[str]:
        """The directions in which a candidacy is needed, feeding last; empty when open data is enough."""
        return [way for way in (CONSUMPTION, FEEDING) if way in self.values]

    @property
    def access_profile(self) -> str:
        """The access profile to ask for, the widest of those that fit; empty when nothing public says."""
        proposed = [one.value for one in self.about(Topic.PROFILE) if one.value not in FEEDING_PROFILES]
        return next((value for value in proposed if value), "")

    @property
    def feeding_profiles(self) -> list[str]:
        """The feeding profiles to ask for, sorted."""
        return sorted({one.value for one in self.about(Topic.PROFILE)} & FEEDING_PROFILES)

    @property
    def format(self) -> str:
        """The exchange format to ask for; empty without reading."""
        return next((one.value for one in self.about(Topic.FORMAT)), "")

    @property
    def cases(self) -> list[str]:
        """The retrieval cases to ask for."""
        return [one.value for one in self.about(Topic.CASE)]


def answer(book: Questionnaire, situation: Situation, words: Mapping[str, str] | None = None) -> Answer:
    """What the questionnaire says. `words` fills the braces of the sentences, by rule or for all: ``{regions}``."""
    said = tuple(_said(book, rule, words or {}) for rule in book.rules if holds(rule.when, situation))
    return Answer(said, book.precedence)


def _said(book: Questionnaire, rule: Rule, words: Mapping[str, str]) -> Advice:
    filled = rule.says.replace("{regions}", words.get(rule.value, ""))
    titles = tuple(book.sources[name] for name in rule.sources)
    return Advice(rule.id, rule.topic, rule.value, filled, rule.because, titles, rule.to_confirm)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the portal knows by itself: the route of each region, its name, and whom the charter is asked from."""

    routes: Mapping[str, str]
    names: Mapping[str, str]
    charter: str

    def facts(self, regions: Iterable[str]) -> dict[str, frozenset[str]]:
        """The facts of a situation in these regions."""
        routes = frozenset(self.routes.get(code, "unknown") for code in regions)
        return {"route": routes, "charter": frozenset({self.charter})}

    def words(self, regions: Sequence[str]) -> dict[str, str]:
        """The names of the regions by route, to be said."""
        by_route: dict[str, list[str]] = {}
        for code in sorted(regions):
            by_route.setdefault(self.routes.get(code, "unknown"), []).append(self.names.get(code, code))
        return {route: ", ".join(names) for route, names in by_route.items()}


def in_place(book: Questionnaire, situation: Situation, around: Surroundings) -> Answer:
    """The answer of a visitor, with what the portal knows of his regions and of its own settings."""
    regions = sorted(situation.get("regions", frozenset()))
    return answer(book, {**situation, **around.facts(regions)}, around.words(regions))
