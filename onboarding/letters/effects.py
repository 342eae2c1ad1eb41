"""What follows the sending of a letter: its sealed document, and the mail with the link to it."""

from typing import Any

from onboarding.letters import queries
from onboarding.letters.models import Letter
from portal.documents import operations as documents
from portal.documents.kinds import Kind
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties

DOCUMENT = "onboarding/letters/documents/letter.html"
MAIL = "onboarding/letters/mails/letter"


@effect(queue=Queue.PDF)
def issue_letter(message: Delivery, *, reference: str) -> None:
    """Prints and seals the letter once and for all, then tells the vendor where to read it."""
    letter = Letter.objects.select_related("candidacy__service__owner", "sent_by").get(reference=reference)
    candidacy, service = letter.candidacy, letter.candidacy.service
    context: dict[str, Any] = {"letter": letter, "candidacy": candidacy, "service": service, "holder": service.owner}
    context["authority"] = queries.authority_of(candidacy, letter.sent_by)
    document = documents.issue(
        Kind.LETTER,
        template=DOCUMENT,
        context=context,
        subject_reference=candidacy.reference,
        title=letter.title,
        owner=service.owner,
        service=service,
        message=message,
    )
    mail.queue(
        MAIL,
        to=parties.reachable_addresses(service.owner),
        context={**context, "document": document},
        message=message,
        subject_reference=candidacy.reference,
    )
