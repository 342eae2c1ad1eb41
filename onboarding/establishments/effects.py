"""What follows a confirmation: the list as a sealed document, and a mail to those who answer for it."""

from onboarding.establishments import queries
from onboarding.vendors import queries as vendors
from portal.documents import operations as documents
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties

from .models import EstablishmentList


@effect(queue=Queue.PDF)
def acknowledge(message: Delivery, *, list_id: int) -> None:
    """Prints the list as it was confirmed and sends it to the legal representatives."""
    held = EstablishmentList.objects.select_related("service__owner", "confirmed_by").get(pk=list_id)
    document = _print(held, message)
    mail.queue(
        "onboarding/establishments/mails/confirmed",
        to=parties.reachable_addresses(held.service.owner),
        context={"held": held, "document": document},
        message=message,
        attachments=[mail.Attachment(document.file_name, "application/pdf", document.content)],
        subject_reference=held.reference,
    )


def _print(held: EstablishmentList, message: Delivery) -> StoredDocument:
    lines = queries.good_lines(held)
    assert held.confirmed_by is not None  # the effect follows the confirmation
    assert held.confirmed_at is not None
    quality = vendors.quality_of(held.confirmed_by, held.service.owner, at=held.confirmed_at)
    return documents.issue(
        Kind.ESTABLISHMENT_LIST,
        template="onboarding/establishments/documents/list.html",
        context={"held": held, "lines": lines, "quality": quality, "changes": queries.compared(held)},
        subject_reference=held.reference,
        title=f"Liste des établissements du service {held.service.name}",
        owner=held.service.owner,
        service=held.service,
        message=message,
    )
