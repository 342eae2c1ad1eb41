"""The outbox table: the queue of record of everything that must follow a commit."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Readings of the queue."""

    def pending(self) -> "OutboxQuerySet":
        """Neither done nor abandoned."""
        return self.filter(done_at=None, dead_at=None)

    def due(self, now: datetime) -> "OutboxQuerySet":
        """Ready to be claimed: their time has come and nobody holds them."""
        return self.pending().filter(available_at__lte=now)

    def dead(self) -> "OutboxQuerySet":
        """Abandoned after the last attempt; an operator looks at them."""
        return self.filter(dead_at__isnull=False)


class OutboxMessage(models.Model):
    """One effect to run: its registered name, its arguments (ids only) and the story of its attempts.

    `available_at` doubles as the lease: a claim pushes it into the future, so that the message comes back by itself
    if the worker dies.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effect = models.CharField(max_length=120)
    queue = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict)
    event_id = models.UUIDField()
    event_at = models.DateTimeField()
    available_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["available_at"], condition=Q(done_at=None, dead_at=None), name="outbox_message_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.effect} {self.id}"


class ClockJob(models.Model):
    """When a job of the clock was last taken; taking it is one conditional update, so that one worker runs it."""

    name = models.CharField(max_length=120, primary_key=True)
    taken_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
