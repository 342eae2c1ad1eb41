"""Handing mails to the mail server: at least once, always with the same Message-ID.

The recording of each attempt stands here and not in `operations`, which names this effect.
"""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.db.models import F

from portal.lifecycle.operations import moving
from portal.outbox.registry import Delivery, Queue, effect

from .lifecycle import Move, State
from .models import OutgoingEmail


@effect(queue=Queue.MAIL)
def deliver(message: Delivery, *, email_id: int) -> None:
    """Sends a queued mail and records it. A mail already sent is left alone."""
    email = OutgoingEmail.objects.get(pk=email_id)
    if email.state != State.QUEUED:
        return
    OutgoingEmail.objects.filter(pk=email.pk).update(attempts=F("attempts") + 1)
    try:
        composed(email).send()
    except Exception as error:
        OutgoingEmail.objects.filter(pk=email.pk).update(last_error=f"{type(error).__name__} : {error}"[:500])
        raise
    record_sent(email, at=message.delivered_at)


def record_sent(email: OutgoingEmail, *, at: datetime | None = None) -> None:
    """The mail server took the mail."""
    with moving(email, Move.SEND, by=None, at=at) as (current, event):
        current.sent_at = event.at
        current.last_error = ""
        event.note(subject=current.subject)


def composed(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The mail as it leaves: text, HTML, frozen attachments, stable Message-ID, no automatic answer wanted."""
    made = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text,
        to=email.to,
        headers={"Message-ID": email.message_id, "Auto-Submitted": "auto-generated"},
    )
    made.attach_alternative(email.html, "text/html")
    for one in email.attachments.all():
        made.attach(one.name, bytes(one.data), one.media_type)
    return made
