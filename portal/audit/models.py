"""The journal: chained events, their erasable detail, traces of sensitive readings."""

import uuid

from django.db import models


class AuditHead(models.Model):
    """The single row that holds the end of the chain; locking it is the last lock of an operation."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class AuditEvent(models.Model):
    """One act, chained to the one before. Append-only (trigger). The actor is a key without constraint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(unique=True)
    action = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    subject_reference = models.CharField(max_length=80)
    at = models.DateTimeField()
    detail_digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "seq"], name="audit_event_subject"),
            models.Index(fields=["subject_reference", "seq"], name="audit_event_reference"),
            models.Index(fields=["actor_id", "seq"], name="audit_event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject_reference}"


class AuditDetail(models.Model):
    """Names, addresses and values of an event, as the exact JSON text whose salted digest is chained.

    May only be erased: `data` becomes empty and `erased_at` is set (trigger).
    """

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    salt = models.BinaryField(max_length=16)
    data = models.TextField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"détail de {self.event_id}"


class AccessTrace(models.Model):
    """Who read what, when: one row per traced reading. Append-only, unchained, digested in each checkpoint."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField()
    view = models.CharField(max_length=120)
    sentence = models.CharField(max_length=300)
    path = models.CharField(max_length=300)
    request_id = models.CharField(max_length=36)
    ip = models.CharField(max_length=45)

    class Meta:
        indexes = [models.Index(fields=["actor_id", "at"], name="access_trace_actor")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.sentence}"
