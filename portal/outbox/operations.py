"""Noting effects inside a transaction, and running them after it: at least once, never lost."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from portal.audit.record import Event

from . import doorbell
from .models import OutboxMessage
from .registry import Delivery, Effect, find, name_of

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than the longest effect; a dead worker's messages come back after it
ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)  # doubled at each attempt


def enqueue(effect: Effect, *, event: Event, **ids: int | str) -> None:
    """Notes that `effect` must follow the operation of `event`; written at the end of the outermost operation."""
    name = name_of(effect)
    registered = find(name)
    if registered is None:
        raise LookupError(f"{name} is not a registered effect")
    event.messages.append(
        OutboxMessage(
            effect=name,
            queue=registered.queue,
            arguments=ids,
            event_id=event.id,
            event_at=event.at,
            available_at=event.at,
        )
    )


def write(events: Iterable[Event]) -> int:
    """Writes the messages noted by the events, in the caller's transaction; rings after it. Returns how many."""
    messages = [message for event in events for message in event.messages]
    if messages:
        OutboxMessage.objects.bulk_create(messages)
        queues = frozenset(message.queue for message in messages)
        transaction.on_commit(lambda: doorbell.ring(queues), robust=True)
    return len(messages)


_CLAIM = """
UPDATE portal_outboxmessage SET available_at = %s, attempts = attempts + 1
 WHERE id IN (SELECT id FROM portal_outboxmessage
               WHERE available_at <= %s AND done_at IS NULL AND dead_at IS NULL {queues}
               ORDER BY available_at, id LIMIT %s {skip})
   AND available_at <= %s
RETURNING id
"""


def claim(now: datetime, *, limit: int = 10, queues: Iterable[str] = ()) -> list[OutboxMessage]:
    """Takes up to `limit` due messages in one statement; each is leased until `now` + LEASE."""
    wanted = list(queues)
    postgresql = connection.vendor == "postgresql"
    sql = _CLAIM.format(
        queues=f"AND queue IN ({', '.join(['%s'] * len(wanted))})" if wanted else "",
        skip="FOR UPDATE SKIP LOCKED" if postgresql else "",
    )
    lease, moment = _bind(now + LEASE), _bind(now)
    with connection.cursor() as cursor:
        cursor.execute(sql, [lease, moment, *wanted, limit, moment])
        ids = [row[0] for row in cursor.fetchall()]
    return sorted(OutboxMessage.objects.filter(pk__in=ids), key=_order)


def _order(message: OutboxMessage) -> tuple[Any, ...]:
    """By cause; what has one cause goes by name and arguments, so that the same story is delivered the same way."""
    return (message.event_at, message.effect, [str(value).zfill(20) for value in message.arguments.values()])


def _bind(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def deliver(message: OutboxMessage, *, now: datetime) -> bool:
    """Runs one claimed effect outside any transaction and records how it ended; True when it is done."""
    registered = find(message.effect)
    if registered is None:
        _fail(message, f"effet inconnu : {message.effect}", now=now)
        return False
    delivery = Delivery(str(message.pk), str(message.event_id), message.event_at, now)
    try:
        registered.run(delivery, **message.arguments)
    except Exception as error:  # an effect may fail in any way: the message must come back, the worker must live
        logger.exception("effect %s failed (message %s)", message.effect, message.pk)
        _fail(message, f"{type(error).__name__} : {error}", now=now)
        return False
    OutboxMessage.objects.filter(pk=message.pk, done_at=None).update(done_at=now, last_error="")
    return True


def _fail(message: OutboxMessage, reason: str, *, now: datetime) -> None:
    dead = message.attempts >= ATTEMPTS
    OutboxMessage.objects.filter(pk=message.pk, done_at=None).update(
        last_error=reason[:2000],
        available_at=now + FIRST_WAIT * 2 ** (message.attempts - 1),
        dead_at=now if dead else None,
    )


def deliver_due(now: datetime, *, limit: int = 10, queues: Iterable[str] = ()) -> int:
    """Claims and runs one batch; returns how many messages were claimed."""
    messages = claim(now, limit=limit, queues=queues)
    for message in messages:
        deliver(message, now=now)
    return len(messages)


def revive(message: OutboxMessage, *, now: datetime) -> None:
    """Gives an abandoned message its attempts back."""
    OutboxMessage.objects.filter(pk=message.pk).update(dead_at=None, attempts=0, available_at=now)
