"""The whole life of a service in one direction, step by step: where it is, whose turn it is, what comes next.

A step is done when its own facts say so; it is open as soon as the steps it waits for are done; the others are future.
Nothing after a stopped step remains needed, except what was done already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from onboarding.desk import request_steps as request
from onboarding.desk import right_steps as right
from onboarding.desk.facts import UNKNOWN, Facts
from onboarding.desk.steps import Key, NextAct, Reading, Standing, Step, Turn
from policy.grants.direction import Direction


@dataclass(frozen=True, slots=True)
class Rule:
    """How one step is judged: by which reading, after which steps, whose turn it ordinarily is, in which directions."""

    read: Callable[[Facts], Reading]
    turn: Turn
    after: tuple[Key, ...] = ()
    only: Direction | None = None


RULES: Mapping[Key, Rule] = {
    Key.CLAIM: Rule(request.claim, Turn.AGENCY),
    Key.SERVICE: Rule(request.service, Turn.VENDOR, (Key.CLAIM,)),
    Key.CANDIDACY: Rule(request.candidacy, Turn.VENDOR, (Key.CLAIM, Key.SERVICE)),
    Key.LIST: Rule(request.establishment_list, Turn.VENDOR, (Key.CLAIM, Key.SERVICE), Direction.FEEDING),
    Key.CHARTER: Rule(request.charter, Turn.VENDOR, (Key.CLAIM, Key.SERVICE)),
    Key.DEPOSIT: Rule(request.deposit, Turn.VENDOR, (Key.CANDIDACY, Key.LIST, Key.CHARTER)),
    Key.REVIEW: Rule(request.review, Turn.AGENCY, (Key.DEPOSIT,)),
    Key.COMMITTEE: Rule(request.committee, Turn.AGENCY, (Key.REVIEW,)),
    Key.NOTIFICATION: Rule(request.notification, Turn.NOBODY, (Key.COMMITTEE,)),
    Key.TEST_CERTIFICATE: Rule(right.test_certificate, Turn.VENDOR, (Key.COMMITTEE,)),
    Key.SANDBOX: Rule(right.sandbox, Turn.AGENCY, (Key.TEST_CERTIFICATE,)),
    Key.TESTS: Rule(right.tests, Turn.VENDOR, (Key.SANDBOX,)),
    Key.VERIFICATION: Rule(right.verification, Turn.AGENCY, (Key.TESTS,)),
    Key.PRODUCTION_PIECES: Rule(right.production_pieces, Turn.VENDOR, (Key.VERIFICATION,)),
    Key.LIST_CONFIRMED: Rule(right.list_confirmed, Turn.VENDOR, (Key.VERIFICATION,), Direction.FEEDING),
    Key.ATTESTATION: Rule(right.attestation, Turn.VENDOR, (Key.VERIFICATION,), Direction.CONSUMPTION),
    Key.WHITELIST: Rule(
        right.whitelist, Turn.AGENCY, (Key.CHARTER, Key.PRODUCTION_PIECES, Key.LIST_CONFIRMED, Key.ATTESTATION)
    ),
    Key.PUBLICATION: Rule(right.publication, Turn.NOBODY, (Key.WHITELIST,)),
    Key.PRODUCTION: Rule(right.production, Turn.NOBODY, (Key.PUBLICATION,)),
}
_PASSED = frozenset({Standing.DONE, Standing.NOT_NEEDED})


@dataclass(frozen=True, slots=True)
class Journey:
    """The steps of one service in one direction, in order."""

    service: str
    direction: Direction
    steps: tuple[Step, ...]

    @property
    def current(self) -> Step | None:
        """The first step where something is going on; None when the service is in production."""
        return next((step for step in self.steps if step.standing.is_present), None)

    @property
    def turn(self) -> Turn:
        """Whose turn it is: the vendor's as soon as one open step waits for him."""
        turns = [step.turn for step in self.steps if step.standing in (Standing.OPEN, Standing.REDO)]
        return next((turn for turn in (Turn.VENDOR, Turn.AGENCY) if turn in turns), Turn.NOBODY)

    @property
    def due(self) -> date | None:
        """The nearest date among the open steps."""
        return min((step.due for step in self.steps if step.standing.is_present and step.due), default=None)

    @property
    def done(self) -> int:
        """How many steps are behind."""
        return sum(step.standing in _PASSED for step in self.steps)

    @property
    def is_stopped(self) -> bool:
        """Whether the way ends here (refusal, withdrawal)."""
        return any(step.standing is Standing.STOPPED for step in self.steps)

    def next_act(self, side: Turn) -> NextAct | None:
        """The first act that this side can do now."""
        acts = (step.next_act for step in self.steps if step.standing.is_present and step.turn is side)
        return next((act for act in acts if act), None)


def journey(facts: Facts) -> Journey:
    """The journey that these facts tell."""
    steps: dict[Key, Step] = {}
    for key, rule in RULES.items():
        if rule.only in (None, facts.direction):
            steps[key] = _step(key, rule, facts, steps)
    return Journey(facts.service, facts.direction, tuple(steps.values()))


def _step(key: Key, rule: Rule, facts: Facts, before: Mapping[Key, Step]) -> Step:
    reading = rule.read(facts)
    standing = _standing(reading, rule, before)
    present = standing.is_present
    return Step(
        key=key,
        title=key.label,
        standing=standing,
        turn=reading.turn or rule.turn,
        note=reading.note,
        act=reading.act if reading.done else UNKNOWN,
        proofs=reading.proofs,
        next_act=reading.next_act if present else None,
        due=reading.due if present else None,
    )


def _standing(reading: Reading, rule: Rule, before: Mapping[Key, Step]) -> Standing:
    if reading.standing is not None:
        return reading.standing
    if reading.done:
        return Standing.DONE
    if any(step.standing is Standing.STOPPED for step in before.values()):
        return Standing.NOT_NEEDED
    waits = (before[key] for key in rule.after if key in before)
    return Standing.OPEN if all(step.standing in _PASSED for step in waits) else Standing.FUTURE
