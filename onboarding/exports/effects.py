"""What follows an export that cannot be made: whoever asked for it is told."""

from django.urls import reverse

from onboarding.exports.models import Export
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect


@effect(queue=Queue.MAIL)
def tell_failure(message: Delivery, *, reference: str) -> None:
    """Tells the asker why, and where to ask again."""
    export = Export.objects.defer("content").select_related("owner").get(reference=reference)
    context = {"export": export, "path": reverse("export", args=[reference])}
    to = [export.owner.email]
    mail.queue("onboarding/exports/mails/failed", to=to, context=context, message=message, subject_reference=reference)
