"""The whole life of a service in one direction, step by step: where it is, whose turn it is, what comes next.

A step is done when its own facts say so; it is open as soon as the steps it waits for are done; the others are future.
Nothing after a stopped step remains needed, except what was done already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from onboarding.desk import formality_steps as formalities
from onboarding.desk import request_steps as request
from onboarding.desk import right_steps as right
from onboarding.desk.facts import UNKNOWN, Facts
from onboarding.desk.steps import Key, NextAct, Reading, Standing, Step, Turn
from onboarding.formalities.kinds import Formality
from policy.grants.direction import Direction
from portal.accounts.roles import StaffRole
from portal.parties.roles import PREPARERS, MembershipRole


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does a step: the side, the roles that may, and the words."""

    turn: Turn
    words: str
    roles: frozenset[str] = frozenset()


PORTAL = Actor(Turn.NOBODY, "le portail")
VENDOR = Actor(Turn.VENDOR, "l’éditeur", PREPARERS)
REPRESENTATIVE = Actor(Turn.VENDOR, "le représentant légal", frozenset({MembershipRole.LEGAL_REPRESENTATIVE}))
OUTSIDE = Actor(Turn.VENDOR, "le représentant légal, hors du portail", PREPARERS)
TECHNICIAN = Actor(Turn.VENDOR, "un administrateur technique, hors du portail", PREPARERS)
REVIEWER = Actor(Turn.AGENCY, "un instructeur de l’agence", frozenset({StaffRole.REVIEWER}))
SECRETARY = Actor(Turn.AGENCY, "le comité, par son secrétaire", frozenset({StaffRole.SECRETARY}))
VERIFIER = Actor(Turn.AGENCY, "un vérificateur des tests", frozenset({StaffRole.TEST_VERIFIER}))
MANAGER = Actor(Turn.AGENCY, "deux gestionnaires de la liste blanche", frozenset({StaffRole.WHITELIST_MANAGER}))


@dataclass(frozen=True, slots=True)
class Rule:
    """How one step is judged: by which reading, ordinarily done by whom, after which steps, in which direction."""

    read: Callable[[Facts], Reading]
    actor: Actor
    after: tuple[Key, ...] = ()
    only: Direction | None = None


BEGUN = (Key.CLAIM, Key.SERVICE)
FILED = (Key.CANDIDACY, Key.LIST, Key.CHARTER)
TESTED = (Key.VERIFICATION,)
READY = (Key.CHARTER, Key.PRODUCTION_PIECES, Key.LIST_CONFIRMED, Key.ATTESTATION)
RULES: Mapping[Key, Rule] = {
    Key.CLAIM: Rule(request.claim, REVIEWER),
    Key.SERVICE: Rule(request.service, VENDOR, (Key.CLAIM,)),
    Key.CANDIDACY: Rule(request.candidacy, VENDOR, BEGUN),
    Key.LIST: Rule(request.establishment_list, VENDOR, BEGUN, Direction.FEEDING),
    Key.CHARTER: Rule(request.charter, REPRESENTATIVE, BEGUN),
    Key.DEPOSIT: Rule(request.deposit, REPRESENTATIVE, FILED),
    Key.REVIEW: Rule(request.review, REVIEWER, (Key.DEPOSIT,)),
    Key.COMMITTEE: Rule(request.committee, SECRETARY, (Key.REVIEW,)),
    Key.NOTIFICATION: Rule(request.notification, PORTAL, (Key.COMMITTEE,)),
    Key.MEMBERSHIP: Rule(formalities.of(Formality.MEMBERSHIP), OUTSIDE),
    Key.CARD: Rule(formalities.of(Formality.CARD), OUTSIDE),
    Key.CPA_CARDS: Rule(formalities.of(Formality.CPA_CARDS), OUTSIDE),
    Key.ADMINISTRATORS: Rule(formalities.of(Formality.ADMINISTRATORS), OUTSIDE),
    Key.TEST_MEANS: Rule(formalities.of(Formality.TEST_MEANS), OUTSIDE),
    Key.TEST_CERTIFICATE: Rule(right.test_certificate, VENDOR, (Key.COMMITTEE,)),
    Key.SANDBOX: Rule(right.sandbox, VERIFIER, (Key.TEST_CERTIFICATE,)),
    Key.TESTS: Rule(right.tests, VENDOR, (Key.SANDBOX,)),
    Key.VERIFICATION: Rule(right.verification, VERIFIER, (Key.TESTS,)),
    Key.RETRIEVAL: Rule(formalities.of(Formality.RETRIEVAL), TECHNICIAN),
    Key.PRODUCTION_PIECES: Rule(right.production_pieces, VENDOR, TESTED),
    Key.LIST_CONFIRMED: Rule(right.list_confirmed, REPRESENTATIVE, TESTED, Direction.FEEDING),
    Key.ATTESTATION: Rule(right.attestation, REVIEWER, TESTED, Direction.CONSUMPTION),
    Key.WHITELIST: Rule(right.whitelist, MANAGER, READY),
    Key.PUBLICATION: Rule(right.publication, PORTAL, (Key.WHITELIST,)),
    Key.PRODUCTION: Rule(right.production, PORTAL, (Key.PUBLICATION,)),
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
    def since(self) -> datetime | None:
        """Since when it is so: the last act on a step that is behind."""
        return max((step.act.at for step in self.steps if step.standing in _PASSED and step.act.at), default=None)

    @property
    def due(self) -> date | None:
        """The nearest date among the open steps."""
        return min((step.due for step in self.steps if step.standing.is_present and step.due), default=None)

    @property
    def done(self) -> int:
        """How many steps are behind."""
        return sum(step.standing in _PASSED for step in self.steps)

    @property
    def counted(self) -> int:
        """How many steps there are in all, those that may be left out apart."""
        return sum(step.standing is not Standing.OPTIONAL for step in self.steps)

    @property
    def beside(self) -> list[Step]:
        """The steps to do meanwhile, outside the portal."""
        return [step for step in self.steps if step.standing is Standing.PARALLEL]

    @property
    def is_stopped(self) -> bool:
        """Whether the way ends here (refusal, withdrawal)."""
        return any(step.standing is Standing.STOPPED for step in self.steps)

    def next_act(self, side: Turn) -> NextAct | None:
        """The first act that this side can do now."""
        acts = (step.next_act for step in self.steps if step.turn is side and step.standing.is_present)
        return next((act for act in acts if act), None)

    def seen_by(self, roles: frozenset[str], *, closed: frozenset[str] = frozenset()) -> "Journey":
        """The same journey, with the acts of these roles only, and no proof whose page (`url_name`) is closed."""
        return replace(self, steps=tuple(_offered(step, roles, closed) for step in self.steps))


def _offered(step: Step, roles: frozenset[str], closed: frozenset[str]) -> Step:
    proofs = tuple(proof for proof in step.proofs if proof.url_name not in closed)
    return replace(step, proofs=proofs, next_act=step.next_act if step.roles & roles else None)


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
    present, actor = standing.is_present, _actor(rule, reading)
    return Step(
        key=key,
        title=key.label,
        standing=standing,
        turn=reading.turn or actor.turn,
        who=actor.words,
        roles=actor.roles,
        note=reading.note,
        act=reading.act if reading.done else UNKNOWN,
        proofs=reading.proofs,
        next_act=reading.next_act if present or standing.is_beside else None,
        due=reading.due if present else None,
    )


def _actor(rule: Rule, reading: Reading) -> Actor:
    """Who does the step as it stands: a deferral sends the vendor back to work, a suspension the agency."""
    if reading.turn in (None, rule.actor.turn, Turn.NOBODY):
        return rule.actor
    return VENDOR if reading.turn is Turn.VENDOR else MANAGER


def _standing(reading: Reading, rule: Rule, before: Mapping[Key, Step]) -> Standing:
    stopped = any(step.standing is Standing.STOPPED for step in before.values())
    if reading.standing is not None:
        return Standing.NOT_NEEDED if stopped and reading.standing.is_beside else reading.standing
    if reading.done:
        return Standing.DONE
    if stopped:
        return Standing.NOT_NEEDED
    waits = (before[key] for key in rule.after if key in before)
    return Standing.OPEN if all(step.standing in _PASSED for step in waits) else Standing.FUTURE
