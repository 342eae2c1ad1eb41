"""Mails as rows: what was written, to whom, with which attached bytes, and when it left."""

from django.conf import settings
from django.db import models

from .lifecycle import PreferenceState, State
from .topics import Choice, Topic


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


class BouncedAddress(models.Model):
    """An address, in lower case, that refuses mail for good; it counts as unreachable until a mail passes.

    Refused at once, by the first server: the next mail taken lifts it. Refused later (`came_back`): a relay takes every
    mail, so the doubt is lifted once a mail sent since (`tried_at`) has not come back for a while.
    """

    address = models.CharField(max_length=254)
    since = models.DateTimeField()
    reason = models.CharField(max_length=300)
    came_back = models.BooleanField(default=False)
    message_id = models.CharField(max_length=200, blank=True)  # of the last mail that came back
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address"], name="bounced_address_once")]

    def __str__(self) -> str:
        return self.address


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


class MailPreferences(models.Model):
    """When a person wants which mails: `choices` maps topics to choices; what it does not name leaves at once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preferences", primary_key=True
    )
    choices = models.JSONField("choix", default=dict)
    state = models.CharField(max_length=8, choices=PreferenceState.choices(), default=PreferenceState.KEPT)

    def __str__(self) -> str:
        return f"préférences de {self.user}"

    def choice(self, topic: Topic) -> Choice:
        """When this person wants the mails of a topic."""
        kept = self.choices.get(topic.value, Choice.AT_ONCE.value)
        return Choice.AT_ONCE if topic.is_mandatory or kept not in set(Choice) else Choice(kept)


class DigestLine(models.Model):
    """A mail held back for somebody's daily summary: its subject and the address of its button."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    email = models.ForeignKey(OutgoingEmail, on_delete=models.CASCADE, related_name="digest_lines")
    topic = models.CharField(max_length=14, choices=Topic.choices())
    link = models.CharField(max_length=500)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "email"], name="digest_line_once")]
        indexes = [models.Index(fields=["sent_at", "due_at"], name="digest_line_due")]

    def __str__(self) -> str:
        return f"{self.email} pour {self.user}"
