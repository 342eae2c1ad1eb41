"""A vendor reports that something does not work; the agency takes it, answers, closes."""

from datetime import datetime
from typing import Any

from onboarding.legaltexts import prose
from onboarding.notices import effects
from onboarding.notices.lifecycle import ReportMove
from onboarding.notices.models import MalfunctionReport, ReportMessage
from portal.audit.record import Event
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.parties.models import DigitalService


def report(
    service: DigitalService,
    *,
    environment: str,
    part: str,
    title: str,
    text: str,
    noticed_at: datetime | None = None,
    by: Any,
    at: datetime | None = None,
) -> MalfunctionReport:
    """Somebody of the vendor says what does not work; the agency is told. Raises Refused for blank words."""
    made = MalfunctionReport(
        service=service, environment=environment, part=part, title=prose.tidy(title), noticed_at=noticed_at
    )
    if not made.title:
        raise Refused("Dites en quelques mots ce qui ne marche pas.", field="title")
    with moving(made, ReportMove.REPORT, by=by, at=at) as (current, event):
        if noticed_at and noticed_at > event.at:
            raise Refused("Le moment du constat ne peut pas être à venir.", field="noticed_at")
        current.reference = next_reference("DY", event.at)
        current.reported_at, current.reported_by = event.at, by
        save(current)  # before its message, which names it
        event.note(service=service.name, title=current.title)
        _say(current, text, event, by=by, from_agency=False)
    return made


def take(found: MalfunctionReport, *, by: Any, at: datetime | None = None) -> None:
    """Somebody of the agency takes the report in charge."""
    with moving(found, ReportMove.TAKE, by=by, at=at) as (current, _):
        current.taken_by = by


def answer(found: MalfunctionReport, text: str, *, by: Any, at: datetime | None = None) -> None:
    """The agency answers; the vendor is told. Whoever answers first has taken the report."""
    with moving(found, ReportMove.ANSWER, by=by, at=at) as (current, event):
        current.taken_by = current.taken_by or by
        _say(current, text, event, by=by, from_agency=True)


def reply(found: MalfunctionReport, text: str, *, by: Any, at: datetime | None = None) -> None:
    """The vendor says more; the report is the agency's again."""
    with moving(found, ReportMove.REPLY, by=by, at=at) as (current, event):
        _say(current, text, event, by=by, from_agency=False)


def close(found: MalfunctionReport, *, by: Any, at: datetime | None = None) -> None:
    """The report is settled; the vendor is told when the agency closes it."""
    with moving(found, ReportMove.CLOSE, by=by, at=at) as (current, event):
        current.closed_at = event.at
        if by.is_agent:
            enqueue(effects.tell_report_closed, event=event, report_id=current.pk)


def _say(found: MalfunctionReport, text: str, event: Event, *, by: Any, from_agency: bool) -> None:
    said = ReportMessage(report=found, author=by, from_agency=from_agency, text=prose.tidy(text), written_at=event.at)
    if not said.text:
        raise Refused("Écrivez votre message.", field="text")
    save(said)
    enqueue(effects.tell_report, event=event, message_id=said.pk)
