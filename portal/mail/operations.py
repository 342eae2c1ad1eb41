"""Writing mails: rendered once, kept as rows with their attachments, sent by the outbox."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string

from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, save
from portal.outbox.operations import enqueue
from portal.outbox.registry import Delivery

from . import effects, headers
from .attachments import Attachment
from .lifecycle import Move
from .models import EmailAttachment, OutgoingEmail

__all__ = ["Attachment", "queue"]


def queue(
    template: str,
    *,
    to: Sequence[str],
    context: Mapping[str, Any],
    message: Delivery,
    attachments: Sequence[Attachment] = (),
    subject_reference: str = "",
) -> OutgoingEmail:
    """Writes a mail and has it sent. The same message, template and recipients always give the same mail.

    `template` names three files without their endings: ``onboarding/candidacies/mails/receipt`` for
    ``receipt.subject.txt``, ``receipt.txt`` and ``receipt.html``. With nobody to write to, the mail is kept aside.
    Raises `headers.Unaddressable` for an address that no header can carry.
    """
    addressed = headers.recipients(to)
    digest = headers.digest(addressed)
    if found := _queued(message, template, digest):
        return found
    mail = OutgoingEmail(
        source_id=message.id,
        template=template,
        recipients_digest=digest,
        message_id=headers.message_id(
            message.id, template, digest, urlsplit(settings.PUBLIC_URL).hostname or "portail"
        ),
        to=addressed,
        subject_reference=subject_reference,
        **_written(template, context),
    )
    return _kept(mail, message, attachments)


def _queued(message: Delivery, template: str, digest: str) -> OutgoingEmail | None:
    return OutgoingEmail.objects.filter(source_id=message.id, template=template, recipients_digest=digest).first()


def _written(template: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Subject, text and HTML. The two first are no HTML: nothing is escaped in them."""
    values = {"public_url": settings.PUBLIC_URL, "theme": settings.THEME, "demo": settings.DEMO, **context}
    subject = headers.subject(_plain(f"{template}.subject.txt", values))
    values["subject"] = subject
    return {
        "subject": subject,
        "text": re.sub(r"\n{3,}", "\n\n", _plain(f"{template}.txt", values)).strip() + "\n",
        "html": render_to_string(f"{template}.html", values),
    }


def _plain(name: str, values: Mapping[str, Any]) -> str:
    return str(Engine.get_default().get_template(name).render(Context(dict(values), autoescape=False)))


def _kept(mail: OutgoingEmail, message: Delivery, attachments: Sequence[Attachment]) -> OutgoingEmail:
    try:
        with moving(mail, Move.QUEUE if mail.to else Move.SET_ASIDE, by=None, at=message.event_at) as (current, event):
            current.queued_at = event.at
            event.note(subject=current.subject)
            save(current)  # before its attachments, which name it
            EmailAttachment.objects.bulk_create(_frozen(current, attachments))
            if current.to:
                enqueue(effects.deliver, event=event, email_id=current.pk)
    except Refused:  # another worker wrote this very mail in between
        if found := _queued(message, mail.template, mail.recipients_digest):
            return found
        raise
    return mail


def _frozen(mail: OutgoingEmail, attachments: Sequence[Attachment]) -> list[EmailAttachment]:
    return [
        EmailAttachment(
            email=mail,
            position=position,
            name=headers.file_name(one.name),
            media_type=one.media_type,
            data=one.content,
        )
        for position, one in enumerate(attachments)
    ]
