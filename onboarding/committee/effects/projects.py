"""The mail and the letter of a ruling before it is recorded: the same templates, marked as a project, kept nowhere."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from onboarding.committee import letter, queries
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.rules import Ruling
from portal.documents import operations as documents
from portal.documents.kinds import Kind
from portal.mail import operations as mail
from portal.parties import queries as parties

from .letters import LETTER, MAIL

TO_COME = "à venir"  # the reference that recording gives
FILE = "courrier de notification.pdf"


@dataclass(frozen=True, slots=True)
class Asked:
    """A ruling about to be recorded on a point, by whom and when; `corrects` is the decision it would replace.

    `by` is None while who confirms it, and signs, is not known yet.
    """

    item: AgendaItem
    ruling: Ruling
    decided_on: date
    at: datetime
    by: Any
    corrects: Decision | None = None


def foreseen(asked: Asked) -> mail.Preview:
    """The mail that recording would send."""
    context = {**_context(asked), "file_name": FILE, "path": reverse("decision", args=["a-venir"])}
    return mail.preview(MAIL, to=parties.reachable_addresses(asked.item.candidacy.service.owner), context=context)


def printed(asked: Asked) -> bytes:
    """The letter that recording would print, as a PDF marked as a project. Raises `documents.printing.Unprintable`."""
    context = _context(asked)
    return documents.project(
        Kind.NOTIFICATION_LETTER,
        template=LETTER,
        context=context,
        subject_reference=asked.item.candidacy.reference,
        title=context["letter"].subject,
        at=asked.at,
    )


def _context(asked: Asked) -> dict[str, Any]:
    item, ruling = asked.item, asked.ruling
    target = CommitteeSession.objects.filter(reference=ruling.target).first() if ruling.target else None
    case = queries.case_of(
        item,
        decided_on=asked.decided_on,
        at=asked.at,
        corrects=asked.corrects.reference if asked.corrects else "",
        target_on=target.held_on if target else None,
    )
    unsaved = Decision(item=item, reference=TO_COME, recorded_at=asked.at, recorded_by=asked.by)
    holder = item.candidacy.service.owner
    return {"decision": unsaved, "case": case, "holder": holder, "letter": letter.compose(case, ruling)}
