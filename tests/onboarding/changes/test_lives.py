"""Whatever a vendor declares, in whatever order, what he typed stays and the right moves only when the agency applies."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.candidacies.models import Candidacy
from onboarding.changes import jobs
from onboarding.changes.kinds import Kind
from onboarding.changes.lifecycle import OPEN
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import declaring
from onboarding.vendors import queries as vendors
from policy.certificates.models import Certificate
from policy.grants.models import Grant
from policy.whitelist import operations as whitelist
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import WhitelistEntry
from portal.lifecycle.errors import Refusal
from portal.parties.models import DigitalService
from tests.factories.changes import boss_of, in_production, manager, reviewer, technician_of
from tests.factories.parties import NOW
from tests.factories.whitelist import manager as other_manager

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KINDS = [Kind.URL, Kind.HOSTING, Kind.VERSION, Kind.MAJOR_FUNCTION, Kind.PURPOSE, Kind.END_OF_SERVICE]
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)
ACTS = st.one_of(
    st.tuples(st.just("prepare"), st.sampled_from(KINDS), TEXTS),
    st.tuples(
        st.sampled_from(["sign", "take", "accept", "refuse", "apply", "withdraw", "call_off"]), st.integers(0, 3)
    ),
    st.tuples(st.sampled_from(["approve", "clock"])),
)
MOVING = frozenset({"apply", "approve", "clock"})  # the only acts that may change a right


class Play:
    """A right in production, the people around it, and what was typed so far."""

    def __init__(self) -> None:
        grant, _ = in_production()
        self.pk, self.service = grant.pk, grant.service_id
        self.boss, self.technician = boss_of(grant), technician_of(grant)
        self.reviewer, self.manager, self.second = reviewer(), manager(), other_manager()
        self.typed: dict[str, tuple[str, str, str]] = {}
        self.now: datetime = NOW

    def act(self, name: str, *given: Any) -> bool:
        """True when it was done; a refusal leaves nothing behind."""
        self.now += timedelta(hours=7)
        before = self.right()
        try:
            with transaction.atomic():
                getattr(self, name)(*given)
        except (Refusal, ChangeDeclaration.DoesNotExist, WhitelistEntry.DoesNotExist):
            assert self.right() == before
            return False
        if name not in MOVING:
            assert self.right() == before, name
        return True

    def right(self) -> tuple[Any, ...]:
        """All that a vendor holds: the right, what gateways enforce, the certificates, the hosting told."""
        grant = Grant.objects.get(pk=self.pk)
        entries = WhitelistEntry.objects.living().filter(grant__service=self.service).order_by("pk")
        service = DigitalService.objects.get(pk=self.service)
        return (
            (grant.state, grant.feeding_profiles, grant.production_url, grant.list_digest),
            list(entries.values_list("reference", "state", "url", "list_digest")),
            list(Certificate.objects.filter(service=self.service).order_by("pk").values_list("reference", "state")),
            (service.url, vendors.sheet_of(service).hosting),
        )

    def _one(self, number: int) -> ChangeDeclaration:
        """One of the declarations under way; the last one of all when none is, which refuses whatever is tried."""
        rows = list(ChangeDeclaration.objects.filter(grant=self.pk).open().order_by("-pk"))
        return rows[number % len(rows)] if rows else ChangeDeclaration.objects.filter(grant=self.pk).latest("pk")

    def _agent(self, row: ChangeDeclaration) -> Any:
        return self.reviewer if row.kind in (Kind.HOSTING, Kind.MAJOR_FUNCTION) else self.manager

    def prepare(self, kind: Kind, text: str) -> None:
        value = f"https://exemple.fr/{len(self.typed)}" if kind is Kind.URL else text
        grant = Grant.objects.get(pk=self.pk)
        made = declaring.prepare(grant, kind=kind, proposed=value, description=text, by=self.technician, at=self.now)
        self.typed[made.reference] = (made.proposed, made.description, made.former)

    def sign(self, number: int) -> None:
        declaring.sign(self._one(number), by=self.boss, at=self.now)

    def take(self, number: int) -> None:
        declaring.take(row := self._one(number), by=self._agent(row), at=self.now)

    def accept(self, number: int) -> None:
        declaring.accept(row := self._one(number), by=self._agent(row), at=self.now)

    def refuse(self, number: int) -> None:
        declaring.refuse(row := self._one(number), grounds="Non.", by=self._agent(row), at=self.now)

    def apply(self, number: int) -> None:
        declaring.apply(row := self._one(number), by=self._agent(row), at=self.now)

    def withdraw(self, number: int) -> None:
        declaring.withdraw(self._one(number), by=self.boss, at=self.now)

    def call_off(self, number: int) -> None:
        row = self._one(number)
        declaring.call_off(row, grounds="Renoncé.", by=self.boss if number % 2 else self._agent(row), at=self.now)

    def approve(self) -> None:
        entry = WhitelistEntry.objects.filter(grant=self.pk, state=EntryState.PROPOSED).latest("pk")
        whitelist.approve(entry, by=self.second, at=self.now)

    def clock(self) -> None:
        self.now += timedelta(days=9)
        jobs.follow_committee(self.now)
        jobs.end_services(self.now)

    def check(self) -> None:
        """What was typed is there; one open declaration of each kind; the list says no more than the right."""
        rows = ChangeDeclaration.objects.filter(grant=self.pk)
        assert {one.reference: (one.proposed, one.description, one.former) for one in rows} == self.typed
        assert not rows.filter(state__in=OPEN).values("kind").annotate(n=Count("pk")).filter(n__gt=1).exists()
        living = WhitelistEntry.objects.living().filter(grant=self.pk)
        if Grant.objects.get(pk=self.pk).state == "withdrawn":
            assert not living.exists()
            assert not Certificate.objects.declared().filter(service=self.service).exists()
        service = DigitalService.objects.get(pk=self.service)
        ends = rows.filter(kind=Kind.END_OF_SERVICE, state__in=["accepted", "done"])
        assert [service.ends_on] == (list(ends.values_list("effective_date", flat=True)) or [None])
        if service.is_ended:
            assert not rows.open().exists()
            assert not Candidacy.objects.open().filter(service=service).exists()
        assert not living.exclude(state=EntryState.PROPOSED).filter(approved_by=F("proposed_by")).exists()
        effective = WhitelistEntry.objects.in_force().filter(grant=self.pk).values("environment")
        assert not effective.annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_no_sequence_of_declarations_loses_what_was_typed_or_moves_a_right_by_itself() -> None:
    done: set[str] = set()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(ACTS, min_size=4, max_size=18))
    def live(acts: list[tuple[Any, ...]]) -> None:
        with transaction.atomic():
            play = Play()
            for name, *given_values in acts:
                if play.act(name, *given_values):
                    done.add(name)
                play.check()
            transaction.set_rollback(True)

    live()
    assert {"prepare", "sign", "withdraw", "clock"} <= done


@pytest.mark.parametrize("kind", KINDS[:2] + KINDS[-1:])
def test_the_same_walk_to_its_end_moves_the_right_once(kind: Kind) -> None:
    play = Play()
    steps: list[tuple[Any, ...]] = [("prepare", kind, "Nouveau"), ("sign", 0), ("take", 0), ("accept", 0)]
    assert [play.act(*step) for step in steps] == [True] * 4
    before = play.right()
    if kind is Kind.END_OF_SERVICE:
        play.act("clock")
    else:
        assert play.act("apply", 0)
        assert not play.act("apply", 0)
    assert play.right() != before
    play.check()
