"""Handing mails to the mail server: at least once, always with the same Message-ID.

The recording of each attempt stands here and not in `operations`, which names this effect.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F

from portal.lifecycle.operations import moving
from portal.outbox.registry import Delivery, Queue, effect

from .lifecycle import Move, State
from .models import BouncedAddress, OutgoingEmail

FOR_GOOD = 500  # SMTP answers from 500 on are definitive (RFC 5321, 4.2.1)


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
        if isinstance(error, SMTPRecipientsRefused):
            note_refused(error.recipients, at=message.delivered_at or message.event_at)
        OutgoingEmail.objects.filter(pk=email.pk).update(last_error=f"{type(error).__name__} : {error}"[:500])
        raise
    note_taken(email.to, at=message.delivered_at or message.event_at)
    record_sent(email, at=message.delivered_at)


def note_taken(addresses: Sequence[str], *, at: datetime) -> None:
    """The first server took a mail for these addresses: those that it had refused itself are no longer in doubt."""
    doubted = BouncedAddress.objects.filter(address__in=[address.lower() for address in addresses])
    doubted.filter(came_back=False).delete()
    doubted.filter(came_back=True, tried_at=None).update(tried_at=at)


def note_refused(answers: Mapping[str, tuple[int, bytes]], *, at: datetime) -> None:
    """Keeps the addresses that a mail server refuses for good: (code, text) by address."""
    for address, (code, text) in answers.items():
        if code >= FOR_GOOD:
            reason = f"{code} {text.decode(errors='replace')}"[:300]
            BouncedAddress.objects.get_or_create(
                address=address.lower()[:254], defaults={"since": at, "reason": reason}
            )


def record_sent(email: OutgoingEmail, *, at: datetime | None = None) -> None:
    """The mail server took the mail."""
    with moving(email, Move.SEND, by=None, at=at) as (current, event):
        current.sent_at = event.at
        current.last_error = ""
        event.note(subject=current.subject)


def composed(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The mail as it leaves: text, HTML, frozen attachments, stable Message-ID, no automatic answer wanted.

    Notices of non-delivery go to the address of the envelope, `MAIL_RETURN_ADDRESS` where it is set.
    """
    made = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text,
        from_email=settings.MAIL_RETURN_ADDRESS or None,
        to=email.to,
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": email.message_id,
            "Auto-Submitted": "auto-generated",
        },
    )
    made.attach_alternative(email.html, "text/html")
    for one in email.attachments.all():
        made.attach(one.name, bytes(one.data), one.media_type)
    return made
