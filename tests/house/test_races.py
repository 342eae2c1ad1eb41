"""A hundred deposits of one candidacy, from a browser gone mad: one deposit, one receipt, one event in the journal."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import CandidacyVersion
from portal.audit.models import AuditEvent
from portal.audit.queries import verify
from portal.outbox.models import OutboxMessage
from tests.factories.candidacies import fillable, representative
from tests.factories.establishments import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SUBMITS, AT_ONCE = 100, 20  # PostgreSQL holds a hundred connections, those of other tests included


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
