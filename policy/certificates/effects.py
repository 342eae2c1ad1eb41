"""The mails of certificates: expiries with their calendar file, revocations, alarms and the agency's digest."""

from datetime import datetime, timedelta
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
from portal.parties.models import LegalEntity
from portal.parties.roles import MembershipRole
from portal.web import wording

from . import expiries, icalendar, notices, queries
from .environments import Environment
from .expiries import Expiry
from .lifecycle import State
from .models import Certificate, CertificateProposal, CheckRun, NameHolding, TrustAnchor

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
def alert_agency(message: Delivery, *, certificate_id: int) -> None:
    """Tells the agency's managers of an expiry that nobody took charge of: what stops, whom to call."""
    certificate = _found(certificate_id)
    if certificate.state != State.DECLARED:
        return
    expires = notices.sentence(paris_date(certificate.not_after), paris_date(message.event_at))
    context = {**_context(certificate), "expires": expires, "addresses": _concerned(certificate)}
    to = _managers(certificate)
    mail.queue(f"{MAILS}/escalation", to=to, context=context, message=message, subject_reference=certificate.reference)


@effect(queue=Queue.MAIL)
def announce_revocation(message: Delivery, *, certificate_id: int) -> None:
    """Tells the vendor, then the agency's managers, that the authority revoked the certificate."""
    certificate = _found(certificate_id)
    since = wording.moment(certificate.revoked_at) if certificate.revoked_at else ""
    context = {**_context(certificate), "since": since}
    for template, to in (
        ("revoked", _concerned(certificate)),
        ("revoked_agency", _managers(certificate)),
    ):
        mail.queue(
            f"{MAILS}/{template}", to=to, context=context, message=message, subject_reference=certificate.reference
        )


@effect(queue=Queue.MAIL)
def announce_fault(message: Delivery, *, certificate_id: int) -> None:
    """Tells the vendor, then the agency's managers, what a nightly review found to mend in a certificate in force."""
    certificate = _found(certificate_id)
    if certificate.state != State.DECLARED or not certificate.fault:
        return
    context = {**_context(certificate), "bad": queries.verdict(certificate, at=message.event_at).bad}
    for template, to in (
        ("fault", _concerned(certificate)),
        ("fault_agency", _managers(certificate)),
    ):
        mail.queue(
            f"{MAILS}/{template}", to=to, context=context, message=message, subject_reference=certificate.reference
        )


@effect(queue=Queue.MAIL)
def announce_release(message: Delivery, *, holding_id: int) -> None:
    """Tells the vendor that a name is no longer held by its service, and why."""
    holding = NameHolding.objects.select_related("service__owner").get(pk=holding_id)
    owner = holding.service.owner
    last = holding.certificates.order_by("-pk").first()
    context = {
        "holding": holding,
        "service": holding.service,
        "environment": holding.get_environment_display().lower(),
        "subject": last.subject if last else "",
        "path": reverse("certificates"),
    }
    reference = last.reference if last else holding.service.reference
    to = list(dict.fromkeys([*parties.reachable_addresses(owner), *_technical(owner)]))
    mail.queue(f"{MAILS}/release", to=to, context=context, message=message, subject_reference=reference)


@effect(queue=Queue.MAIL)
def announce_proposal(message: Delivery, *, service_id: int, reference: str) -> None:
    """Tells the vendor that a tool proposed a certificate, which a person must declare or set aside."""
    proposal = CertificateProposal.objects.select_related("service__owner").get(
        service_id=service_id, reference=reference
    )
    owner = proposal.service.owner
    where = Environment(proposal.environment)
    context = {
        "proposal": proposal,
        "service": proposal.service,
        "environment": where.label.lower(),
        "path": reverse("certificate_declare", args=[proposal.service.reference, where.slug]),
    }
    to = list(dict.fromkeys([*_technical(owner), *parties.reachable_addresses(owner)]))
    mail.queue(f"{MAILS}/proposal", to=to, context=context, message=message, subject_reference=proposal.reference)


@effect(queue=Queue.MAIL)
def announce_revoked_authority(message: Delivery, *, anchor_id: int) -> None:
    """Tells those who decide whom to trust that an authority is revoked, and how many certificates depend on it."""
    anchor = TrustAnchor.objects.get(pk=anchor_id)
    context = {
        "anchor": anchor,
        "count": queries.dependents(anchor, at=message.event_at).count(),
        "path": reverse("trust_anchor", args=[anchor.reference]),
    }
    to = _holding(StaffRole.SECURITY_OFFICER, StaffRole.ADMINISTRATOR, StaffRole.WHITELIST_MANAGER)
    mail.queue(f"{MAILS}/authority", to=to, context=context, message=message, subject_reference=anchor.reference)


@effect(queue=Queue.MAIL)
def send_digest(message: Delivery, *, run_id: int) -> None:
    """Tells the agency what a complete round could not learn, and which expiries nobody prepared."""
    run = CheckRun.objects.get(pk=run_id)
    ending = queries.unprepared(at=message.event_at, days=DIGEST_DAYS)
    readings = list(run.readings.exclude(trouble="").select_related("anchor").order_by("pk"))
    servers = _servers_unprepared(message.event_at)
    if not (readings or ending or servers or run.unknown_count):
        return
    context = {
        "run": run,
        "readings": readings,
        "ending": ending[:DIGEST_ROWS],
        "servers": servers[:DIGEST_ROWS],
        "count": len(ending) + len(servers),
        "days": DIGEST_DAYS,
        "path": reverse("certificate_deadlines"),
    }
    to = _holding(StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER)
    mail.queue(f"{MAILS}/digest", to=to, context=context, message=message, subject_reference=run.reference)


def _servers_unprepared(at: datetime) -> list[Expiry]:
    """The certificates of servers that end within the days of the digest and that nothing replaces."""
    found = expiries.of(None, after=at - timedelta(days=7), before=at + timedelta(days=DIGEST_DAYS))
    return [one for one in found if not one.is_prepared]


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
    return list(dict.fromkeys([*parties.reachable_addresses(owner), *_technical(owner)]))


def _technical(owner: LegalEntity) -> list[str]:
    contacts = owner.memberships.active().filter(role=MembershipRole.TECHNICAL_CONTACT).order_by("pk")
    return list(contacts.values_list("user__email", flat=True))


def _managers(certificate: Certificate) -> list[str]:
    """The agency's managers to whom the owner is not closed."""
    people = [User.objects.holding(role) for role in (StaffRole.WHITELIST_MANAGER, StaffRole.SECURITY_OFFICER)]
    open_to = [parties.open_to(held, certificate.service.owner) for held in people]
    return list(dict.fromkeys(address for held in open_to for address in held.values_list("email", flat=True)))


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
