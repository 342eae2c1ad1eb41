"""The mails of servers' certificates: expiries with their calendar file, and faults found by the nightly reading."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from policy.certificates import icalendar, notices
from portal.calendar.deadlines import paris_date
from portal.mail import operations as mail
from portal.mail.attachments import Attachment
from portal.outbox.registry import Delivery, Queue, effect
from portal.web import wording

from . import queries
from .lifecycle import State
from .models import ServerCertificate

MAILS = "policy/servers/mails"
ALARM_DAYS = (30, 7)


@effect(queue=Queue.MAIL)
def send_server_expiry(message: Delivery, *, certificate_id: int) -> None:
    """Tells the vendor when, and what to do; nothing of a certificate that was retired meanwhile."""
    certificate = _found(certificate_id)
    if certificate.state != State.DECLARED:
        return
    expiry, today = paris_date(certificate.not_after), paris_date(message.event_at)
    context = {**_context(certificate), "expires": notices.sentence(expiry, today), "is_over": expiry < today}
    _send("expiry", certificate, context, message, attachments=[_calendar(certificate, message.event_at)])


@effect(queue=Queue.MAIL)
def announce_server_fault(message: Delivery, *, certificate_id: int) -> None:
    """Tells the vendor what the nightly reading found to mend."""
    certificate = _found(certificate_id)
    if certificate.state != State.DECLARED or not certificate.fault:
        return
    found = queries.verdict(certificate, at=message.event_at)
    context = {**_context(certificate), "bad": [check for check in found if check.outcome == "bad"]}
    _send("fault", certificate, context, message)


def _found(certificate_id: int) -> ServerCertificate:
    return ServerCertificate.objects.select_related("service__owner").get(pk=certificate_id)


def _context(certificate: ServerCertificate) -> dict[str, Any]:
    return {
        "certificate": certificate,
        "service": certificate.service,
        "environment": certificate.get_environment_display().lower(),
        "successor": queries.successors(certificate).first(),
        "path": reverse("server_certificate", args=[certificate.reference]),
    }


def _send(
    template: str,
    certificate: ServerCertificate,
    context: dict[str, Any],
    message: Delivery,
    attachments: Sequence[Attachment] = (),
) -> None:
    mail.queue(
        f"{MAILS}/{template}",
        to=queries.addresses(certificate.service.owner),
        context=context,
        message=message,
        attachments=attachments,
        subject_reference=certificate.reference,
    )


def _calendar(certificate: ServerCertificate, at: datetime) -> Attachment:
    host = urlsplit(settings.PUBLIC_URL).hostname or "portail"
    content = icalendar.event(
        f"{certificate.reference}@{host}",
        day=paris_date(certificate.not_after),
        title=f"Expiration du certificat de serveur {certificate.reference} ({certificate.service.name})",
        text=f"Expire le {wording.moment(certificate.not_after)}. Noms : {', '.join(certificate.names)}",
        url=f"{settings.PUBLIC_URL}{reverse('server_certificate', args=[certificate.reference])}",
        written_at=at,
        alarm_days=ALARM_DAYS,
    )
    return Attachment(f"{certificate.reference}.ics", icalendar.MEDIA_TYPE, content)
