"""Random moves by random persons, through the real operations: whatever happens, the invariants hold.

A life is a list of moves drawn by hypothesis: always the same lives in CI, and a life that breaks an invariant is told
shortened to the moves that matter.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db.models import Count, F, Q
from django.utils import timezone
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from onboarding.campaigns import operations as campaigns
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations as committee
from onboarding.committee.models import AgendaItem
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive
from onboarding.establishments import operations as establishments
from policy.certificates.environments import Environment
from policy.grants.models import Grant
from policy.whitelist import operations as whitelist
from policy.whitelist.models import Publication, WhitelistEntry
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.queries import verify
from portal.demo import cast
from portal.demo.story import Dossier
from portal.lifecycle.errors import Refusal
from tests.factories.world import STAGES, World, undone

LIVES, STEPS = 25, 30
GROUNDS = "Motif écrit par le hasard."
Act = Callable[[Dossier, User, datetime], Any]


class Absent(Exception):
    """The dossier has not come to what the act is about."""


def ruling(outcome: Outcome) -> Act:
    def decide(dossier: Dossier, by: User, at: datetime) -> None:
        item = AgendaItem.objects.filter(candidacy=dossier.candidacy).latest("pk")
        profiles = Profiles.of(("A",)) if outcome is Outcome.ADMIT else Profiles()
        motives = (Motive.PURPOSE,) if outcome is Outcome.REFUSE else ()
        committee.record_decision(item, ruling=Ruling(outcome, profiles, GROUNDS, motives=motives), by=by, at=at)

    return decide


def on_entry(verb: Callable[..., Any], **more: Any) -> Act:
    def act(dossier: Dossier, by: User, at: datetime) -> None:
        verb(WhitelistEntry.objects.filter(grant__service=dossier.service).latest("pk"), by=by, at=at, **more)

    return act


def on(attribute: str, verb: Callable[..., Any], **more: Any) -> Act:
    def act(dossier: Dossier, by: User, at: datetime) -> None:
        if attribute not in vars(dossier):
            raise Absent
        verb(getattr(dossier, attribute), by=by, at=at, **more)

    return act


def proposing(environment: Environment) -> Act:
    def propose(dossier: Dossier, by: User, at: datetime) -> None:
        whitelist.propose(Grant.objects.get(service=dossier.service), environment=environment, by=by, at=at)

    return propose


ACTS: dict[str, Act] = {
    "submit": on("candidacy", candidacies.submit),
    "take": on("candidacy", candidacies.take),
    "return to the vendor": on("candidacy", candidacies.return_to_vendor),
    "declare complete": on("candidacy", candidacies.declare_complete),
    "withdraw the candidacy": on("candidacy", candidacies.withdraw),
    "open another candidacy": on("service", candidacies.open),
    "admit": ruling(Outcome.ADMIT),
    "defer": ruling(Outcome.DEFER),
    "refuse": ruling(Outcome.REFUSE),
    "confirm the list": on("list", establishments.confirm),
    "declare the tests ended": on("campaign", campaigns.declare_end),
    "accept conforming results": on("campaign", campaigns.accept_conforming),
    "verify the tests": on("campaign", campaigns.verify),
    "ask to test again": on("campaign", campaigns.ask_redo, redo=GROUNDS),
    "propose in production": proposing(Environment.PRODUCTION),
    "propose in the sandbox": proposing(Environment.SANDBOX),
    "approve the entry": on_entry(whitelist.approve),
    "reject the entry": on_entry(whitelist.reject, grounds=GROUNDS),
    "suspend": on_entry(whitelist.suspend, grounds=GROUNDS),
    "propose to reinstate": on_entry(whitelist.propose_reinstatement, grounds=GROUNDS),
    "reinstate": on_entry(whitelist.reinstate),
    "keep suspended": on_entry(whitelist.keep_suspended, grounds=GROUNDS),
    "withdraw the entry": on_entry(whitelist.withdraw, grounds=GROUNDS),
    "withdraw the right": lambda dossier, by, at: whitelist.withdraw_right(
        Grant.objects.get(service=dossier.service), grounds=GROUNDS, by=by, at=at
    ),
}
ABSENT = (Absent, AgendaItem.DoesNotExist, Grant.DoesNotExist, WhitelistEntry.DoesNotExist)
USUAL = {  # who makes a move, and on which dossier it is open: half of the draws; the other half is anybody, anywhere
    "submit": ("representante", "filled"),
    "take": ("instructrice", "deposited"),
    "return to the vendor": ("instructrice", "reviewed"),
    "declare complete": ("instructrice", "reviewed"),
    "withdraw the candidacy": ("representante", "filled"),
    "open another candidacy": ("representante", "mine"),
    "admit": ("secretaire", "complete"),
    "defer": ("secretaire", "complete"),
    "refuse": ("secretaire", "complete"),
    "confirm the list": ("representante", "tested"),
    "declare the tests ended": ("representante", "testing"),
    "accept conforming results": ("verificateur", "tested"),
    "verify the tests": ("verificateur", "tested"),
    "ask to test again": ("verificateur", "tested"),
    "propose in production": ("gestionnaire_1", "ready"),
    "propose in the sandbox": ("gestionnaire_1", "testing"),
    "approve the entry": ("gestionnaire_2", "proposed"),
    "reject the entry": ("gestionnaire_2", "proposed"),
    "suspend": ("gestionnaire_1", "mine"),
    "propose to reinstate": ("gestionnaire_1", "mine"),
    "reinstate": ("gestionnaire_2", "suspended"),
    "keep suspended": ("gestionnaire_2", "suspended"),
    "withdraw the entry": ("gestionnaire_1", "mine"),
    "withdraw the right": ("gestionnaire_1", "mine"),
}
PEOPLE = [one.key for one in cast.CAST]


def drawn(name: str) -> st.SearchStrategy[tuple[str, str, str]]:
    """Draws of a move: its name, whose dossier, by whom."""
    person, stage = USUAL[name]
    whose = st.just(stage) | st.sampled_from(["mine", *STAGES])
    return st.tuples(st.just(name), whose, st.just(person) | st.sampled_from(PEOPLE))


MOVES = st.sampled_from(list(ACTS)).flatmap(drawn)


def test_invariants_hold_after_every_step(world: World) -> None:
    """One world for all lives, each undone before the next."""
    happened: Counter[str] = Counter()

    @settings(max_examples=LIVES, suppress_health_check=list(HealthCheck))
    @given(moves=st.lists(MOVES, min_size=8, max_size=STEPS))
    def live(moves: list[tuple[str, str, str]]) -> None:
        with undone():
            happened.update(_lived(world, moves))

    live()
    assert len(happened) >= 8, f"lives in which something happens: {happened}"


def _lived(world: World, moves: list[tuple[str, str, str]]) -> list[str]:
    """The moves that were made; invariants are looked at after each, and the whole at the end."""
    done: list[str] = []
    for name, whose, person in moves:
        now = timezone.now() + timedelta(seconds=len(done))
        dossier = world.mine if whose == "mine" else world.stages[whose]
        if _tried(ACTS[name], dossier, cast.account_of(person), now):
            note(f"{person} : {name} ({whose})")
            done.append(name)
        _entries_are_ready_and_seen_by_two()
        _one_right_per_service_and_direction()
    _the_list_is_what_it_should_be(timezone.now() + timedelta(seconds=len(done) + 1))
    assert verify().holds
    return done


def _tried(act: Act, dossier: Dossier, person: User, now: datetime) -> bool:
    """True when the act was done; a refusal leaves nothing, and anything else than a refusal is a fault."""
    before = AuditEvent.objects.count()
    present = _present(dossier)
    done = True
    try:
        act(present, person, now)
    except (Refusal, *ABSENT):
        done = False
    after = AuditEvent.objects.count()
    assert after > before if done else after == before, act
    return done


def _present(dossier: Dossier) -> Dossier:
    """The dossier as the database has it: its last candidacy, what its steps made."""
    copy = Dossier(dossier.tale, dossier.pki, dossier.now)
    for name in ("service", "list", "campaign", "grant"):
        if name in vars(dossier):
            row = getattr(dossier, name)
            setattr(copy, name, type(row)._default_manager.get(pk=row.pk))
    if "service" in vars(copy):
        copy.candidacy = Candidacy.objects.filter(service=copy.service).latest("pk")
    return copy


def _entries_are_ready_and_seen_by_two() -> None:
    decided = WhitelistEntry.objects.filter(state__in=("approved", "suspended"))
    assert not decided.filter(Q(approved_by=None) | Q(approved_by=F("proposed_by"))).exists()
    lacking = Q(charter_signed_at=None) | Q(tests_verified_at=None) | Q(list_digest="")
    assert not decided.filter(lacking, environment=Environment.PRODUCTION).exists()


def _one_right_per_service_and_direction() -> None:
    living = Grant.objects.exclude(state="withdrawn").values("service", "direction")
    assert not living.annotate(rights=Count("pk")).filter(rights__gt=1).exists()


def _the_list_is_what_it_should_be(now: datetime) -> None:
    """The last publication of each environment equals an independent reading of the entries."""
    for environment in Environment:
        last = Publication.objects.filter(environment=environment).order_by("-version").first()
        published = (
            {row["reference"]: row["state"] for row in orjson.loads(bytes(last.body))["entries"]} if last else {}
        )
        entries = WhitelistEntry.objects.filter(
            environment=environment, state__in=("approved", "suspended"), effective_at__lte=now
        ).exclude(effective_at=None)
        assert published == dict(entries.values_list("reference", "state")), environment
