"""Several people at once: one deposit is one effect, a stale block loses nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies import queries
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyVersion
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, Stale
from portal.outbox.models import OutboxMessage
from portal.parties.roles import MembershipRole
from tests.factories.candidacies import CandidacyFactory, fillable, representative, reviewer
from tests.factories.parties import member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PEOPLE = 8


def together(act: Callable[[int], str]) -> list[str]:
    """What each of PEOPLE threads answers when all act at the same moment."""
    start = threading.Barrier(PEOPLE)

    def run(number: int) -> str:
        start.wait(timeout=10)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return sorted(pool.map(run, range(PEOPLE)))


def test_simultaneous_deposits_make_one_version_one_event_and_one_receipt() -> None:
    candidacy = fillable()
    boss = representative(candidacy)

    def deposit(number: int) -> str:
        try:
            candidacies.submit(Candidacy.objects.get(pk=candidacy.pk), by=User.objects.get(pk=boss.pk))
        except MoveNotAllowed:
            return "trop tard"
        return "déposée"

    assert together(deposit) == ["déposée"] + ["trop tard"] * (PEOPLE - 1)
    assert CandidacyVersion.objects.count() == 1
    assert AuditEvent.objects.filter(action="candidacies.submit").count() == 1
    assert OutboxMessage.objects.filter(effect="onboarding.candidacies.issue_receipt").count() == 1


def test_a_withdrawal_and_a_taking_at_once_end_in_one_order() -> None:
    candidacy = CandidacyFactory(submitted=True)
    boss, agent = representative(candidacy), reviewer()

    def act(number: int) -> str:
        verb, person = (candidacies.withdraw, boss) if number % 2 else (candidacies.take, agent)
        try:
            verb(Candidacy.objects.get(pk=candidacy.pk), by=User.objects.get(pk=person.pk))
        except MoveNotAllowed:
            return "trop tard"
        return verb.__name__

    done = [answer for answer in together(act) if answer != "trop tard"]
    candidacy.refresh_from_db()
    assert candidacy.state == State.WITHDRAWN
    assert done in (["withdraw"], ["take", "withdraw"])


def test_of_several_people_in_one_block_one_saves_and_the_others_are_told() -> None:
    candidacy = CandidacyFactory()
    helpers = [member(candidacy.service.owner, MembershipRole.CONTRIBUTOR) for _ in range(PEOPLE)]
    seen = queries.seen(candidacy, Block.PURPOSE)

    def save(number: int) -> str:
        values = {"purpose_details": f"Saisi par {number}"}
        person = User.objects.get(pk=helpers[number].pk)
        try:
            candidacies.edit(Candidacy.objects.get(pk=candidacy.pk), Block.PURPOSE, values, by=person, seen=seen)
        except Stale as stale:
            return f"prévenu : {stale.current.purpose_details[:9]}"
        return "enregistré"

    answers = together(save)
    assert answers == ["enregistré"] + ["prévenu : Saisi par"] * (PEOPLE - 1)
    candidacy.refresh_from_db()
    assert candidacy.version == 2
