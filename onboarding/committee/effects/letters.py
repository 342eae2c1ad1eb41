"""What follows a decision: its letter, and the mail that carries it; and the minutes of a session."""

from typing import Any

from django.urls import reverse

from onboarding.committee import letter, queries
from onboarding.committee.models import CommitteeSession, Decision
from portal.documents import operations as documents
from portal.documents import queries as issued
from portal.documents.kinds import Kind
from portal.documents.lifecycle import State as DocumentState
from portal.documents.models import StoredDocument
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties
from portal.web import wording

LETTER = "onboarding/committee/documents/notification.html"
MAIL = "onboarding/committee/mails/decision"
MINUTES = "onboarding/committee/documents/minutes.html"


@effect(queue=Queue.PDF)
def notify_decision(message: Delivery, *, decision: str) -> None:
    """Issues the letter of a decision and sends it to the legal representatives and the generic mailbox."""
    related = ("item__session", "item__candidacy__service__owner", "corrects", "target_session", "recorded_by")
    row = Decision.objects.select_related(*related).get(reference=decision)
    service = row.item.candidacy.service
    context = letter_context(row)
    stored = documents.issue(
        Kind.NOTIFICATION_LETTER,
        template=LETTER,
        context=context,
        subject_reference=row.item.candidacy.reference,
        title=context["letter"].subject,
        owner=service.owner,
        service=service,
        message=message,
    )
    _replace_former(row, stored)
    mail.queue(
        MAIL,
        to=parties.reachable_addresses(service.owner),
        context={**context, "file_name": stored.file_name, "path": reverse("decision", args=[row.reference])},
        message=message,
        subject_reference=row.item.candidacy.reference,
        attachments=[issued.attachment(stored)],
    )


@effect(queue=Queue.PDF)
def issue_minutes(message: Delivery, *, session: str) -> None:
    """Issues the minutes of a closed session, as its points stood when it was closed."""
    row = CommitteeSession.objects.get(reference=session)
    documents.issue(
        Kind.MINUTES,
        template=MINUTES,
        context={"session": row, "points": queries.points_at(row, at=message.event_at)},
        subject_reference=row.reference,
        title=f"Procès-verbal de la {row.word} du {wording.day(row.held_on)}",
        owner=None,
        service=None,
        message=message,
    )


def _replace_former(decision: Decision, letter: StoredDocument) -> None:
    """The public verification of the corrected decision's letter leads to this one."""
    former = queries.letter_of(decision.corrects) if decision.corrects else None
    if former is not None and former.state == DocumentState.VALID:
        documents.replace(former, successor=letter, at=letter.issued_at)


def letter_context(decision: Decision) -> dict[str, Any]:
    """What the letter's and the mail's templates read."""
    case = queries.case_told(decision)
    return {
        "decision": decision,
        "case": case,
        "holder": decision.item.candidacy.service.owner,
        "letter": letter.compose(case, decision.ruling),
    }
