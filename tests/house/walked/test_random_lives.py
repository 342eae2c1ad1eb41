"""Random moves by random persons, through the real operations: whatever happens, the invariants hold.

The same seeds give the same lives; a seed that once failed stays in SEEDS.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from django.db.models import Count, F, Q
from django.utils import timezone

from onboarding.campaigns import operations as campaigns
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations as committee
from onboarding.committee.models import AgendaItem
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
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
from tests.factories.world import World, undone

SEEDS = range(5)
STEPS = 50
GROUNDS = "Motif écrit par le hasard."
Act = Callable[[Dossier, User, datetime], Any]


class Absent(Exception):
    """The dossier has not come to what the act is about."""


def ruling(outcome: Outcome) -> Act:
    def decide(dossier: Dossier, by: User, at: datetime) -> None:
        item = AgendaItem.objects.filter(candidacy=dossier.candidacy).latest("pk")
        profiles = Profiles.of(("A",)) if outcome is Outcome.ADMIT else Profiles()
        committee.record_decision(item, ruling=Ruling(outcome, profiles, GROUNDS), by=by, at=at)

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


ACTS: tuple[Act, ...] = (
    on("candidacy", candidacies.submit),
    on("candidacy", candidacies.take),
    on("candidacy", candidacies.return_to_vendor),
    on("candidacy", candidacies.declare_complete),
    on("candidacy", candidacies.withdraw),
    on("service", candidacies.open),
    ruling(Outcome.ADMIT),
    ruling(Outcome.DEFER),
    ruling(Outcome.REFUSE),
    on("list", establishments.confirm),
    on("campaign", campaigns.declare_end),
    on("campaign", campaigns.accept_conforming),
    on("campaign", campaigns.verify),
    on("campaign", campaigns.ask_redo, redo=GROUNDS),
    proposing(Environment.PRODUCTION),
    proposing(Environment.SANDBOX),
    on_entry(whitelist.approve),
    on_entry(whitelist.reject, grounds=GROUNDS),
    on_entry(whitelist.suspend, grounds=GROUNDS),
    on_entry(whitelist.propose_reinstatement, grounds=GROUNDS),
    on_entry(whitelist.reinstate),
    on_entry(whitelist.keep_suspended, grounds=GROUNDS),
    on_entry(whitelist.withdraw, grounds=GROUNDS),
    lambda dossier, by, at: whitelist.withdraw_right(
        Grant.objects.get(service=dossier.service), grounds=GROUNDS, by=by, at=at
    ),
)
ABSENT = (Absent, AgendaItem.DoesNotExist, Grant.DoesNotExist, WhitelistEntry.DoesNotExist)
PROPER = {
    "representante": 3,
    "instructrice": 3,
    "secretaire": 3,
    "verificateur": 3,
    "gestionnaire_1": 5,
    "gestionnaire_2": 5,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_invariants_hold_after_every_step(world: World, seed: int) -> None:
    chance = random.Random(seed)
    people = [one.key for one in cast.CAST for _ in range(PROPER.get(one.key, 1))]
    lives = [one for one in (world.mine, *world.stages.values()) if "candidacy" in vars(one)]
    done = 0
    with undone():
        for _ in range(STEPS):
            now = timezone.now() + timedelta(seconds=done)
            dossier, act, person = chance.choice(lives), chance.choice(ACTS), cast.account_of(chance.choice(people))
            done += _tried(act, dossier, person, now)
            _entries_are_ready_and_seen_by_two()
            _one_right_per_service_and_direction()
        _the_list_is_what_it_should_be(timezone.now() + timedelta(seconds=done + 1))
        assert verify().holds
    assert done, "a life in which something happens"


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
