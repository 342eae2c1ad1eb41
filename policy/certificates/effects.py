"""The mails of certificates: expiries with their calendar file, revocations, alarms and the agency's digest."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.calendar.deadlines import paris_date
from portal.mail import operations as mail
from portal.mail.attachments import Attachment
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties
from portal.parties.roles import MembershipRole
from portal.web import wording

from . import icalendar, notices, queries
from .lifecycle import State
from .models import Certificate, CheckRun

MAILS = "policy/certificates/mails"
ALARM_DAYS = (30, 7)
DIGEST_DAYS, DIGEST_ROWS = 30, 50


@effect(queue=Queue.MAIL)
def send_expiry_notice(message: Delivery, *, certificate_id: int) -> None:
    """Tells the vendor's persons and mailbox: when, what stops with it, what to do; with the date for their calendar.

    Nothing is told of a certificate that was retired or revoked meanwhile.
    """
    certificate = _found(certificate_id)
    if certificate.state != State.DECLARED:
        return
    expiry, today = paris_date(certificate.not_after), paris_date(message.event_at)
    context = {**_context(certificate), "expires": notices.sentence(expiry, today), "is_over": expiry < today}
    mail.queue(
        f"{MAILS}/expiry",
        to=_concerned(certificate),
        context=context,
        message=message,
        attachments=[_calendar(certificate, message.event_at)],
        subject_reference=certificate.reference,
    )


@effect(queue=Queue.MAIL)
def announce_revocation(message: Delivery, *, certificate_id: int) -> None:
    """Tells the vendor, then the agency's managers, that the authority revoked the certificate."""
    certificate = _found(certificate_id)
    since = wording.moment(certificate.revoked_at) if certificate.revoked_at else ""
    context = {**_context(certificate), "since": since}
    for template, to in (
        ("revoked", _concerned(certificate)),
        ("revoked_agency", _holding(StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER)),
    ):
        mail.queue(
            f"{MAILS}/{template}", to=to, context=context, message=message, subject_reference=certificate.reference
        )


@effect(queue=Queue.MAIL)
def send_digest(message: Delivery, *, run_id: int) -> None:
    """Tells the agency what a complete round could not learn, and which expiries nobody prepared."""
    run = CheckRun.objects.get(pk=run_id)
    ending = queries.unprepared(at=message.event_at, days=DIGEST_DAYS)
    readings = list(run.readings.exclude(trouble="").select_related("anchor").order_by("pk"))
    if not (readings or ending or run.unknown_count):
        return
    context = {
        "run": run,
        "readings": readings,
        "ending": ending[:DIGEST_ROWS],
        "count": len(ending),
        "days": DIGEST_DAYS,
        "path": reverse("certificate_deadlines"),
    }
    to = _holding(StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER)
    mail.queue(f"{MAILS}/digest", to=to, context=context, message=message, subject_reference=run.reference)


def _found(certificate_id: int) -> Certificate:
    return Certificate.objects.select_related("service__owner").get(pk=certificate_id)


def _context(certificate: Certificate) -> dict[str, Any]:
    """What every mail on a certificate says: what it serves, and what replaces it."""
    uses = queries.uses_of(certificate)
    return {
        "certificate": certificate,
        "service": certificate.service,
        "environment": certificate.get_environment_display().lower(),
        "uses": uses,
        "establishments": sum(use.establishments for use in uses),
        "successor": queries.successors(certificate).first(),
        "path": reverse("certificate", args=[certificate.reference]),
    }


def _concerned(certificate: Certificate) -> list[str]:
    """Representatives, generic mailbox, then technical contacts."""
    owner = certificate.service.owner
    contacts = owner.memberships.active().filter(role=MembershipRole.TECHNICAL_CONTACT).order_by("pk")
    technical = list(contacts.values_list("user__email", flat=True))
    return list(dict.fromkeys([*parties.reachable_addresses(owner), *technical]))


def _holding(*roles: StaffRole) -> list[str]:
    found = [address for role in roles for address in User.objects.holding(role).values_list("email", flat=True)]
    return list(dict.fromkeys(found))


def _calendar(certificate: Certificate, at: datetime) -> Attachment:
    host = urlsplit(settings.PUBLIC_URL).hostname or "portail"
    content = icalendar.event(
        f"{certificate.reference}@{host}",
        day=paris_date(certificate.not_after),
        title=f"Expiration du certificat {certificate.reference} ({certificate.service.name})",
        text=f"Le certificat expire le {wording.moment(certificate.not_after)}. Titulaire : {certificate.subject}",
        url=f"{settings.PUBLIC_URL}{reverse('certificate', args=[certificate.reference])}",
        written_at=at,
        alarm_days=ALARM_DAYS,
    )
    return Attachment(f"{certificate.reference}.ics", icalendar.MEDIA_TYPE, content)
