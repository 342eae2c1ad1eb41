"""What follows a commit: the data sheet printed."""

from onboarding.formalities import sheets
from portal.documents import operations as documents
from portal.documents.kinds import Kind
from portal.outbox.registry import Delivery, Queue, effect

from . import queries
from .kinds import MAILBOXES, OfficialForm
from .models import FormSheet


@effect(queue=Queue.PDF)
def print_sheet(message: Delivery, *, reference: str) -> None:
    """The data sheet of a form, filled from the dossier; it is no official form, and its head says so."""
    sheet = FormSheet.objects.select_related("service__owner").get(reference=reference)
    form = OfficialForm(sheet.form)
    documents.issue(
        Kind.DATA_SHEET,
        template="onboarding/formalities/documents/sheet.html",
        context={
            "form": form,
            "service": sheet.service,
            "sections": sheets.sections(form, queries.known_of(sheet.service)),
            "mailbox": MAILBOXES.get(form, ""),
        },
        subject_reference=sheet.reference,
        title=f"Aide au remplissage – n’est pas le formulaire {form.value}",
        owner=sheet.service.owner,
        service=sheet.service,
        message=message,
    )
