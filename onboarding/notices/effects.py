"""Mails that follow: a notice to each legal entity concerned, its follow-ups and its end; both sides of a report."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from portal.accounts.models import User
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties

from .lifecycle import ANALYSTS, NoticeState, ReadingState
from .models import MalfunctionReport, NoticeFollowUp, NoticeReading, ReportMessage

MAILS = "onboarding/notices/mails"


@effect(queue=Queue.MAIL)
def tell(message: Delivery, *, reading_id: int) -> None:
    """Tells one legal entity of a notice that was published."""
    _tell("notice", message, reading_id)


@effect(queue=Queue.MAIL)
def remind(message: Delivery, *, reading_id: int) -> None:
    """Reminds one legal entity to confirm that it read a notice, unless it did meanwhile."""
    reading = _reading(reading_id)
    if reading.state == ReadingState.TOLD and reading.notice.state == NoticeState.PUBLISHED:
        _tell("reminder", message, reading_id)


@effect(queue=Queue.MAIL)
def tell_follow_up(message: Delivery, *, reading_id: int, follow_up_id: int) -> None:
    """Tells what was said after a notice."""
    _tell("follow_up", message, reading_id, follow_up=NoticeFollowUp.objects.get(pk=follow_up_id))


@effect(queue=Queue.MAIL)
def tell_end(message: Delivery, *, reading_id: int) -> None:
    """Tells that a maintenance or an incident is over."""
    _tell("ended", message, reading_id)


def _tell(template: str, message: Delivery, reading_id: int, **more: Any) -> None:
    reading = _reading(reading_id)
    mail.queue(
        f"{MAILS}/{template}",
        to=parties.reachable_addresses(reading.legal_entity),
        context={
            "notice": reading.notice,
            "entity": reading.legal_entity,
            "reading": reading,
            "read_by": reading.read_by_date,
            **more,
        },
        message=message,
        subject_reference=reading.notice.reference,
    )


def _reading(pk: int) -> NoticeReading:
    return NoticeReading.objects.select_related("notice", "legal_entity").get(pk=pk)


@effect(queue=Queue.MAIL)
def tell_report(message: Delivery, *, message_id: int) -> None:
    """Tells the other side what was said about a report: the analyst who took it, or those who may take it."""
    said = ReportMessage.objects.select_related("report__service__owner", "report__taken_by", "author").get(
        pk=message_id
    )
    report = said.report
    mail.queue(
        f"{MAILS}/{'report_answer' if said.from_agency else 'report'}",
        to=_vendor(report) if said.from_agency else _agency(report),
        context={"report": report, "said": said, "service": report.service, "holder": report.service.owner},
        message=message,
        subject_reference=report.reference,
    )


@effect(queue=Queue.MAIL)
def tell_report_closed(message: Delivery, *, report_id: int) -> None:
    """Tells the vendor that his report is closed."""
    report = MalfunctionReport.objects.select_related("service__owner", "reported_by").get(pk=report_id)
    mail.queue(
        f"{MAILS}/report_closed",
        to=_vendor(report),
        context={"report": report, "service": report.service, "holder": report.service.owner},
        message=message,
        subject_reference=report.reference,
    )


def _vendor(report: MalfunctionReport) -> list[str]:
    return _once([report.reported_by.email, *parties.reachable_addresses(report.service.owner)])


def _agency(report: MalfunctionReport) -> list[str]:
    """Whoever took it, else the analysts; nobody to whom the applicant is closed."""
    if report.taken_by_id:
        return _open(User.objects.filter(pk=report.taken_by_id), report)
    return _once(address for role in sorted(ANALYSTS) for address in _open(User.objects.holding(role), report))


def _open(people: "QuerySet[User]", report: MalfunctionReport) -> list[str]:
    return list(parties.open_to(people, report.service.owner).order_by("email").values_list("email", flat=True))


def _once(addresses: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(addresses))
