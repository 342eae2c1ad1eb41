"""The outbox: claimed once, retried with growing waits, abandoned at last, never lost."""

from datetime import datetime, timedelta

import pytest

from portal.audit.record import Event
from portal.outbox import operations, registry
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery, Queue, effect

pytestmark = pytest.mark.django_db
ran: list[tuple[str, int]] = []


@effect(queue=Queue.MAIL)
def succeed(message: Delivery, *, number: int) -> None:
    """Keeps that it ran."""
    ran.append((message.id, number))


@effect()
def fail(message: Delivery) -> None:
    """Always fails."""
    raise ValueError("panne")


@pytest.fixture(autouse=True)
def _forget() -> None:
    ran.clear()


def noted(now: datetime, function: registry.Effect = succeed, **ids: int) -> OutboxMessage:
    event = Event("samples.enter", now)
    operations.enqueue(function, event=event, **ids)
    operations.write([event])
    return OutboxMessage.objects.latest("event_at")


def test_a_message_runs_once_with_its_arguments(now: datetime) -> None:
    message = noted(now, number=7)
    assert operations.deliver_due(now) == 1
    assert operations.deliver_due(now + timedelta(hours=1)) == 0
    assert ran == [(str(message.pk), 7)]


def test_a_claimed_message_is_leased_until_it_comes_back_by_itself(now: datetime) -> None:
    noted(now, number=1)
    assert len(operations.claim(now)) == 1
    assert operations.claim(now + operations.LEASE - timedelta(seconds=1)) == []
    assert len(operations.claim(now + operations.LEASE)) == 1


def test_a_queue_may_be_served_alone(now: datetime) -> None:
    noted(now, number=1)
    assert operations.claim(now, queues=[Queue.PDF]) == []
    assert len(operations.claim(now, queues=[Queue.MAIL])) == 1


def test_a_failing_effect_waits_longer_each_time_then_is_abandoned(now: datetime) -> None:
    message, moment, waits = noted(now, fail), now, []
    for _ in range(operations.ATTEMPTS):
        operations.deliver_due(moment)
        message.refresh_from_db()
        waits.append(message.available_at - moment)
        moment = message.available_at
    assert waits[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert message.dead_at is not None
    assert "panne" in message.last_error
    assert operations.deliver_due(moment + timedelta(days=1)) == 0


def test_an_abandoned_message_may_be_revived(now: datetime) -> None:
    message = noted(now, fail)
    OutboxMessage.objects.update(dead_at=now, attempts=8)
    operations.revive(message, now=now)
    assert len(operations.claim(now)) == 1


def test_an_unregistered_effect_is_never_run(now: datetime) -> None:
    noted(now, number=1)
    OutboxMessage.objects.update(effect="os.system")
    operations.deliver_due(now)
    assert "effet inconnu" in OutboxMessage.objects.get().last_error


def test_enqueueing_an_unregistered_function_is_an_error(now: datetime) -> None:
    with pytest.raises(LookupError):
        operations.enqueue(lambda message: None, event=Event("samples.enter", now))
