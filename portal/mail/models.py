"""Mails as rows: what was written, to whom, with which attached bytes, and when it left."""

from django.db import models

from .lifecycle import State


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    """Readings of mails."""

    def waiting(self) -> "OutgoingEmailQuerySet":
        """Not yet handed to the mail server."""
        return self.filter(state=State.QUEUED)


class OutgoingEmail(models.Model):
    """One mail to one set of recipients. `message_id` never changes: a mail sent twice is shown once."""

    message_id = models.CharField(max_length=200)
    source_id = models.UUIDField()  # the outbox message that asked for it
    template = models.CharField(max_length=120)
    recipients_digest = models.CharField(max_length=64)
    subject = models.CharField("objet", max_length=200)
    text = models.TextField()
    html = models.TextField()
    to = models.JSONField("destinataires", default=list)
    subject_reference = models.CharField("dossier", max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State.choices(), default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    UNAUDITED = frozenset({"text", "html", "recipients_digest", "last_error"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="mail_message_id_once"),
            models.UniqueConstraint(
                fields=["source_id", "template", "recipients_digest"],
                name="mail_queued_once",
                violation_error_message="Ce message a déjà été préparé.",
            ),
        ]
        indexes = [models.Index(fields=["subject_reference", "queued_at"], name="mail_subject")]

    def __str__(self) -> str:
        return self.subject


class EmailAttachment(models.Model):
    """A file as attached: frozen bytes, kept apart from the mail so that lists never load them."""

    email = models.ForeignKey(OutgoingEmail, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    data = models.BinaryField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["email", "position"], name="mail_attachment_position_once")]

    def __str__(self) -> str:
        return self.name
