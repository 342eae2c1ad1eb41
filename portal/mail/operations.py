"""Writing mails: rendered once, kept as rows with their attachments, sent by the outbox."""

import logging
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template import Context, Engine
from django.template.loader import render_to_string

from portal.lifecycle.errors import Refusal, Refused
from portal.lifecycle.operations import moving, save
from portal.outbox.operations import enqueue
from portal.outbox.registry import Delivery
from portal.web import wording

from . import bounces, effects, headers, maildir, queries, schedule, topics
from .attachments import Attachment
from .lifecycle import Move, PreferenceMove
from .models import BouncedAddress, DigestLine, EmailAttachment, MailPreferences, OutgoingEmail
from .queries import Routed
from .topics import Choice, Topic

__all__ = ["Attachment", "preview", "queue"]
SUMMARY = "portal/mail/mails/digest"
QUIET = timedelta(days=5)  # relays give a mail up after four or five days (RFC 5321, 4.5.4.1)
AT_ONCE = 200
logger = logging.getLogger(__name__)


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

    Those who want the mails of this topic once a day find them in their summary; those who want none are left out.
    `template` names three files without their endings: ``onboarding/candidacies/mails/receipt`` for
    ``receipt.subject.txt``, ``receipt.txt`` and ``receipt.html``. With nobody to write to, the mail is kept aside.
    Raises `headers.Unaddressable` for an address that no header can carry.
    """
    addressed = headers.recipients(to)
    digest = headers.digest(addressed)
    if found := _queued(message, template, digest):
        return found
    topic = topics.of(template)
    routed = queries.routed(addressed, topic)
    mail = OutgoingEmail(
        source_id=message.id,
        template=template,
        recipients_digest=digest,
        message_id=headers.message_id(
            message.id, template, digest, urlsplit(settings.PUBLIC_URL).hostname or "portail"
        ),
        to=routed.at_once,
        subject_reference=subject_reference,
        **_written(template, {**context, "mandatory": topic.is_mandatory}),
    )
    move = Move.QUEUE if mail.to else Move.WITHHOLD if addressed else Move.SET_ASIDE
    return _kept(mail, move, message, attachments, _lines(mail, topic, routed, message.event_at))


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would be written: subject, text, and whom it would be addressed to."""

    subject: str
    text: str
    to: tuple[str, ...]


def preview(template: str, *, to: Sequence[str], context: Mapping[str, Any]) -> Preview:
    """What `queue` would write, without writing it."""
    mandatory = topics.of(template).is_mandatory
    written = _written(template, {**context, "mandatory": mandatory})
    return Preview(written["subject"], written["text"], tuple(headers.recipients(to)))


def _lines(mail: OutgoingEmail, topic: Topic, routed: Routed, at: datetime) -> list[DigestLine]:
    """What the daily summaries will say of the mail."""
    link = schedule.link(mail.text, settings.PUBLIC_URL)
    due_at = schedule.next_summary(at)
    return [DigestLine(user_id=user, email=mail, topic=topic, link=link, due_at=due_at) for user in routed.daily]


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
        "html": wording.spaced(render_to_string(f"{template}.html", values)),
    }


def _plain(name: str, values: Mapping[str, Any]) -> str:
    return str(Engine.get_default().get_template(name).render(Context(dict(values), autoescape=False)))


def _kept(
    mail: OutgoingEmail,
    move: Move,
    message: Delivery,
    attachments: Sequence[Attachment],
    lines: Sequence[DigestLine],
) -> OutgoingEmail:
    try:
        with moving(mail, move, by=None, at=message.event_at) as (current, event):
            current.queued_at = event.at
            event.note(subject=current.subject)
            save(current)  # before its attachments, which name it
            EmailAttachment.objects.bulk_create(_frozen(current, attachments))
            DigestLine.objects.bulk_create(lines)
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


def choose(choices: Mapping[Topic, Choice], *, by: Any, at: datetime | None = None) -> MailPreferences:
    """A person says when he wants which mails. Raises Refused for a topic that nobody may hold back."""
    if held := [topic for topic, choice in choices.items() if topic.is_mandatory and choice is not Choice.AT_ONCE]:
        raise Refused(f"Les messages « {held[0].label} » partent toujours aussitôt.")
    with transaction.atomic():
        preferences, _ = MailPreferences.objects.get_or_create(user_id=by.pk)
        with moving(preferences, PreferenceMove.CHOOSE, by=by, at=at) as (current, _):
            current.choices = {topic.value: choice.value for topic, choice in choices.items()}
    return preferences


def send_summary(user_id: int, *, at: datetime) -> OutgoingEmail | None:
    """Writes one mail of all that was held back for a person and is due; None when nothing is."""
    with transaction.atomic():
        lines = list(queries.lines_due(at).filter(user_id=user_id).select_for_update(of=("self",)))
        if not lines:
            return None
        DigestLine.objects.filter(pk__in=[line.pk for line in lines]).update(sent_at=at)
        source = str(uuid.uuid5(uuid.NAMESPACE_OID, f"digest {lines[-1].pk} {user_id}"))
        context = {"groups": queries.by_topic(lines), "count": len(lines), "day": at}
        return queue(SUMMARY, to=[lines[0].user.email], context=context, message=Delivery(source, source, at))


def note_returned(report: bounces.Report, *, at: datetime) -> list[str]:
    """A mail came back: the addresses it was sent to and that the notice names are in doubt; returns them.

    Raises Refused when the portal never sent that mail: only who received one knows its identifier.
    """
    email = OutgoingEmail.objects.filter(message_id=report.message_id).first()
    if email is None:
        raise Refused("Cet avis ne concerne aucun message envoyé par le portail.")
    sent = {address.lower() for address in email.to}
    known = BouncedAddress.objects.filter(message_id=email.message_id, address__in=sent)
    told = set(known.values_list("address", flat=True))
    found = {
        address: failure.reason for failure in report.failures for address in sorted(failure.addresses & sent - told)
    }
    if found:
        with moving(email, Move.COME_BACK, by=None, at=at) as (current, event):
            event.note(subject=current.subject, addresses=", ".join(found))
            for address, reason in found.items():
                _doubt(address, reason, email.message_id, at=at)
    return list(found)


def _doubt(address: str, reason: str, message_id: str, *, at: datetime) -> None:
    changed = {"reason": reason, "came_back": True, "message_id": message_id, "tried_at": None}
    BouncedAddress.objects.update_or_create(address=address, defaults=changed, create_defaults={**changed, "since": at})


def lift_doubts(*, at: datetime) -> int:
    """Addresses from which nothing came back for five days after a mail was sent to them are in doubt no longer."""
    quiet = BouncedAddress.objects.filter(came_back=True, tried_at__lte=at - QUIET)
    return quiet.delete()[0]


def lift_doubt(address: str) -> None:
    """Somebody proved that he reads this address: it is in doubt no longer."""
    BouncedAddress.objects.filter(address=address.lower()).delete()


@dataclass(frozen=True, slots=True)
class Tally:
    """What a folder of notices held: messages read, addresses put in doubt, and why others were left aside."""

    read: int
    addresses: list[str]
    left: list[str]


def read_returns(folder: Path, *, at: datetime) -> Tally:
    """Reads the new messages of a folder (Maildir), two hundred at most, and puts each away once it is noted."""
    addresses: list[str] = []
    left: list[str] = []
    waiting = maildir.waiting(folder, limit=AT_ONCE)
    for path in waiting:
        try:
            addresses += note_returned(bounces.read(maildir.content(path, limit=bounces.LONGEST)), at=at)
        except (bounces.Unreadable, Refusal, OSError) as error:  # one that cannot be read does not hold the others
            left.append(f"{path.name} : {error}")
            logger.info("a returned message was left aside: %s", error)
        maildir.put_away(path)
    return Tally(len(waiting), addresses, left)
