"""Deposits of one candidacy by the hundred and by the ten thousand: one deposit, one receipt, one event in the journal."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from onboarding.candidacies import operations
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyVersion
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.queries import verify
from portal.lifecycle.errors import MoveNotAllowed
from portal.outbox.models import OutboxMessage
from tests.factories.candidacies import fillable, representative
from tests.factories.establishments import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TEN_THOUSAND, SUBMITS, AT_ONCE = (
    10_000,
    100,
    20,
)  # PostgreSQL holds a hundred connections, those of other tests included


def test_ten_thousand_deposits_are_one() -> None:
    """Twenty people at once, each depositing five hundred times, through the operation itself."""
    candidacy = fillable()
    boss = representative(candidacy)
    start = threading.Barrier(AT_ONCE)

    def deposit_all(number: int) -> int:
        start.wait(timeout=20)
        try:
            person = User.objects.get(pk=boss.pk)
            return sum(
                _deposited(Candidacy.objects.get(pk=candidacy.pk), person) for _ in range(TEN_THOUSAND // AT_ONCE)
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(deposit_all, range(AT_ONCE))) == 1
    assert CandidacyVersion.objects.filter(candidacy=candidacy).count() == 1
    assert AuditEvent.objects.filter(action="candidacies.submit").count() == 1
    assert OutboxMessage.objects.filter(effect="onboarding.candidacies.issue_receipt").count() == 1
    assert verify().holds


def _deposited(candidacy: Candidacy, by: User) -> bool:
    try:
        operations.submit(candidacy, by=by)
    except MoveNotAllowed:
        return False
    return True


@pytest.mark.parametrize("same_key", [True, False], ids=["one form key", "a key each"])
def test_a_hundred_deposits_are_one(same_key: bool) -> None:
    candidacy = fillable()
    browser = signed_in(representative(candidacy))
    path, shared = reverse("candidacy_submit", args=[candidacy.reference]), str(uuid.uuid4())
    start = threading.Barrier(AT_ONCE)
    form = {"confirmed": "on", "confirm": "on", "cle_envoi": shared}

    def submit(number: int) -> int:
        if number < AT_ONCE:
            start.wait(timeout=20)
        try:
            key = shared if same_key else str(uuid.uuid4())
            return browser.post(path, form | {"cle_envoi": key}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(submit, range(SUBMITS)))
    assert set(statuses) <= {302, 409}
    assert statuses.count(302) == (SUBMITS if same_key else 1)
    candidacy.refresh_from_db()
    assert candidacy.state == State.SUBMITTED
    assert CandidacyVersion.objects.filter(candidacy=candidacy).count() == 1
    assert AuditEvent.objects.filter(action="candidacies.submit").count() == 1
    assert OutboxMessage.objects.filter(effect="onboarding.candidacies.issue_receipt").count() == 1
    assert verify().holds
